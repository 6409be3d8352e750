import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '#core/workspace/secret.ts';
import { openRegistryClient } from './client.ts';

describe('against servers that answer otherwise', () => {
  let server: Server;
  let requests: string[];

  async function serve(listener: RequestListener): Promise<string> {
    server = createServer((request, response) => {
      requests.push(request.url!);
      listener(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  beforeEach(() => {
    requests = [];
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('asks once for callers that come together, and never again', async () => {
    const url = await serve((_, response) => response.end(JSON.stringify({ schema: '"int"', references: null })));
    const client = openRegistryClient({ url });
    const together = await Promise.all([client.schemaById(1), client.schemaById(1), client.schemaById(1)]);
    expect(together.every((schema) => schema === together[0])).toBe(true);
    await client.schemaById(1);
    expect(requests).toEqual(['/schemas/ids/1']);
  });

  it('asks again after a failure', async () => {
    const url = await serve((_, response) => {
      if (requests.length === 1) response.writeHead(503).end('<html>busy</html>');
      else response.end(JSON.stringify({ schema: '"int"', schemaType: 'avro' }));
    });
    const client = openRegistryClient({ url });
    await expect(client.schemaById(1)).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE', retryable: true });
    expect(await client.schemaById(1)).toMatchObject({ schemaType: 'AVRO', schema: '"int"' });
  });

  it('ends one caller alone when that caller gives up', async () => {
    const held: (() => void)[] = [];
    const asked = Promise.withResolvers<void>();
    const url = await serve((_, response) => {
      held.push(() => response.end(JSON.stringify({ schema: '"int"' })));
      asked.resolve();
    });
    const client = openRegistryClient({ url });
    const impatient = new AbortController();
    const first = client.schemaById(1, impatient.signal);
    const second = client.schemaById(1);
    await asked.promise;
    impatient.abort();
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
    held[0]!();
    expect(await second).toMatchObject({ schema: '"int"' });
  });

  it('sends credentials in the header only', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end('[]');
    });
    const address = url.replace('http://', 'http://ann:p%40ss@');
    const inAddress = openRegistryClient({ url: address });
    expect(inAddress.url).toBe(url);
    await inAddress.subjects();
    const auth = { type: 'basic', username: 'bob', password: new Secret('b:c') } as const;
    await openRegistryClient({ url: address, auth }).subjects();
    const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
    expect(seen).toEqual([basic('ann:p@ss'), basic('bob:b:c')]);
  });

  it('tells refused credentials, a web site, silence and a closed port apart', async () => {
    const url = await serve((request, response) => {
      if (request.url!.startsWith('/private')) response.writeHead(401).end('{"error_code":401,"message":"who?"}');
      else if (request.url!.startsWith('/site')) response.end('<html></html>');
    });
    const failure = (address: string) => openRegistryClient({ url: address, timeoutMs: 200 }).subjects();
    await expect(failure(`${url}/private`)).rejects.toMatchObject({
      code: 'REGISTRY_REJECTED',
      message: expect.stringContaining('who?'),
    });
    await expect(failure(`${url}/site`)).rejects.toMatchObject({ code: 'REGISTRY_REJECTED' });
    await expect(failure(`${url}/silence`)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringContaining('within 200 ms'),
    });
    const closed = failure('http://127.0.0.1:1');
    await expect(closed).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE', retryable: true });
    expect(() => openRegistryClient({ url: 'localhost' })).toThrow(/no http or https URL/);
  });
});
