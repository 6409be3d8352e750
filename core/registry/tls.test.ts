/** A registry behind TLS, with a certificate of an authority that only the connection knows. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TlsAccess } from '#core/workspace/connection.ts';
import { Secret } from '#core/workspace/secret.ts';
import { hasOpenssl, makeCertificate } from '#core/workspace/test-certificates.ts';
import { openRegistryClient } from './client.ts';

describe.skipIf(!hasOpenssl)('TLS (lacks openssl when skipped)', () => {
  const dir = mkdtempSync(join(tmpdir(), 'mercury-registry-tls-'));
  let server: Server;
  let ca: string;
  let client: TlsAccess;

  beforeAll(async () => {
    ca = makeCertificate(dir, 'authority').cert;
    const ours = makeCertificate(dir, 'localhost', 'authority');
    const { cert, key } = makeCertificate(dir, 'ada', 'authority');
    client = { ca, cert, key: new Secret(key), verify: true };
    server = createServer({ ...ours, ca, requestCert: true, rejectUnauthorized: false }, (request, response) => {
      const { CN } = (request.socket as TLSSocket).getPeerCertificate().subject ?? {};
      response.end(JSON.stringify([`seen by ${CN ?? 'nobody'}`]));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server?.closeAllConnections();
    server?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const subjects = (tls?: TlsAccess) =>
    openRegistryClient({ url: `https://localhost:${(server.address() as AddressInfo).port}`, tls }).subjects();
  const untrusted = {
    code: 'REGISTRY_UNREACHABLE',
    retryable: false,
    nextStep: expect.stringContaining('CA certificate of the registry'),
  };

  test('is trusted by its authority, and sees the client certificate', async () => {
    expect(await subjects({ ca, verify: true })).toEqual(['seen by nobody']);
    expect(await subjects(client)).toEqual(['seen by ada']);
  });

  test('without its authority, or with another, says what to name', async () => {
    await expect(subjects()).rejects.toMatchObject(untrusted);
    const other = makeCertificate(dir, 'other').cert;
    await expect(subjects({ ca: other, verify: true })).rejects.toMatchObject(untrusted);
  });
});
