import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { os } from '@orpc/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { WorkbenchError } from '#core/contract/errors.ts';
import { type Host, openHost } from './host.ts';

const pageDir = mkdtempSync(join(tmpdir(), 'mercury-page-'));
mkdirSync(join(pageDir, 'assets'));
writeFileSync(join(pageDir, 'index.html'), '<!doctype html><title>page</title>');
writeFileSync(join(pageDir, 'assets', 'app.js'), 'export {};');
writeFileSync(join(pageDir, '..', 'secret.txt'), 'secret');

const router = {
  big: os.handler(() => 2n ** 63n - 1n),
  fail: os.handler(() => {
    throw new WorkbenchError('NOT_FOUND', 'there is no topic x', { object: 'x', nextStep: 'Check the name.' });
  }),
};

let host: Host;
beforeAll(async () => {
  host = await openHost({ router, version: '0', pageDir, preferredPort: 0 });
});
afterAll(() => host.close());

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** Plain HTTP, since `fetch` does not let a caller choose Host. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(`${host.address}${path}`, { headers, method }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    call.on('error', reject).end();
  });
}

async function cookie(): Promise<string> {
  const { headers } = await get(`/?token=${host.token}`);
  return headers['set-cookie']![0]!.split(';')[0]!;
}

function connect(headers: Record<string, string>): Promise<'open' | 'refused'> {
  const socket = new WebSocket(`${host.address.replace('http', 'ws')}/rpc`, { headers });
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.close();
      resolve('open');
    });
    socket.on('error', () => resolve('refused'));
  });
}

test('the token logs in once and leaves the address', async () => {
  const login = await get(`/?token=${host.token}`);
  expect(login).toMatchObject({ status: 303, headers: { location: '/' } });
  expect(login.headers['set-cookie']![0]).toMatch(/HttpOnly; SameSite=Strict/);
  const page = await get('/', { cookie: await cookie() });
  expect(page).toMatchObject({ status: 200, body: '<!doctype html><title>page</title>' });
  expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
});

test('without the token, or with a wrong one, nothing is served', async () => {
  expect((await get('/')).status).toBe(401);
  expect((await get('/?token=wrong')).status).toBe(401);
  expect((await get(`/?token=${'x'.repeat(host.token.length)}`)).status).toBe(401);
});

test('another Host (DNS rebinding) or Origin (another site) is refused, token or not', async () => {
  const authorization = `Bearer ${host.token}`;
  expect((await get('/', { authorization })).status).toBe(200);
  expect((await get('/', { authorization, host: 'evil.example' })).status).toBe(403);
  expect((await get('/', { authorization, origin: 'http://evil.example' })).status).toBe(403);
  expect((await get('/', { authorization, origin: 'null' })).status).toBe(403);
  expect((await get('/', { authorization }, 'POST')).status).toBe(405);
});

test('a path can not leave the folder of the page', async () => {
  const authorization = `Bearer ${host.token}`;
  for (const path of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/%',
    '/assets',
  ]) {
    expect((await get(path, { authorization })).status).toBe(404);
  }
  expect((await get('/assets/app.js', { authorization })).headers['content-type']).toMatch('text/javascript');
});

test('the WebSocket asks for the same', async () => {
  const session = await cookie();
  expect(await connect({ cookie: session, origin: host.address })).toBe('open');
  expect(await connect({ authorization: `Bearer ${host.token}` })).toBe('open');
  expect(await connect({ origin: host.address })).toBe('refused');
  expect(await connect({ cookie: session, origin: 'http://evil.example' })).toBe('refused');
  expect(await connect({ cookie: session, host: 'evil.example' })).toBe('refused');
});

test('calls cross with bigint and errors as data', async () => {
  const websocket = new WebSocket(`${host.address.replace('http', 'ws')}/rpc`, {
    headers: { authorization: `Bearer ${host.token}` },
  });
  const client = createORPCClient<{ big(): Promise<bigint>; fail(): Promise<void> }>(
    new RPCLink({ websocket: websocket as unknown as globalThis.WebSocket }),
  );
  expect(await client.big()).toBe(2n ** 63n - 1n);
  await expect(client.fail()).rejects.toMatchObject({
    code: 'WORKBENCH',
    data: { code: 'NOT_FOUND', object: 'x', nextStep: 'Check the name.', retryable: false },
  });
  websocket.close();
});
