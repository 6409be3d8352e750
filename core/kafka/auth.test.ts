/** SASL and TLS against real listeners where `REAL_KAFKA_SASL` and `REAL_KAFKA_SSL` name them; each fault with its next step. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ErrorData, toErrorData } from '#core/contract/errors.ts';
import type { SaslAccess, TlsAccess } from '#core/workspace/connection.ts';
import { Secret } from '#core/workspace/secret.ts';
import { hasOpenssl, makeCertificate } from '#core/workspace/test-certificates.ts';
import { listTopics } from './admin.ts';
import { openCluster } from './connect.ts';
import { probePort, probeTls } from './probe.ts';
import { type TestBroker, testBrokers } from './test-brokers.ts';

const { REAL_KAFKA: plain, REAL_KAFKA_SASL: saslPort, REAL_KAFKA_SSL: tlsPort } = process.env;
/** Of `REAL_KAFKA_SSL`. */
const caFile =
  process.env.REAL_KAFKA_CA ?? join(process.env.REAL_HOME ?? join(homedir(), '.cache/mercury-real'), 'tls/ca.pem');
const { signal } = new AbortController();

interface Options {
  readonly sasl?: SaslAccess;
  readonly tls?: TlsAccess;
}

async function failureOf(address: string, options: Options): Promise<ErrorData | undefined> {
  try {
    await (await openCluster({ brokers: [address], requestTimeoutMs: 5_000, ...options })).close();
    return undefined;
  } catch (error) {
    return toErrorData(error);
  }
}

const login = (mechanism: SaslAccess['mechanism'], password = 'alice-secret', username = 'alice'): SaslAccess => ({
  mechanism,
  username,
  password: new Secret(password),
});

describe.skipIf(saslPort === undefined)('SASL (lacks REAL_KAFKA_SASL when skipped)', () => {
  test.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)('%s', async (mechanism) => {
    const cluster = await openCluster({ brokers: [saslPort!], sasl: login(mechanism) });
    expect(await listTopics(cluster)).toBeInstanceOf(Array);
    await cluster.close();
  });

  test.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)('%s with a wrong password', async (mechanism) => {
    const failure = await failureOf(saslPort!, { sasl: login(mechanism, 'hunter2') });
    expect(failure).toMatchObject({ code: 'KAFKA_AUTH', object: saslPort, retryable: false });
    expect(failure?.nextStep).toMatch(/password/);
    expect(JSON.stringify(failure)).not.toContain('hunter2');
  });

  test('a user who does not exist, and no login at all', async () => {
    expect(await failureOf(saslPort!, { sasl: login('PLAIN', 'x', 'nobody') })).toMatchObject({ code: 'KAFKA_AUTH' });
    expect(await failureOf(saslPort!, {})).toMatchObject({ nextStep: expect.stringContaining('SASL') });
  });

  test.skipIf(plain === undefined)('at a port without it (lacks REAL_KAFKA when skipped)', async () => {
    const failure = await failureOf(plain!, { sasl: login('PLAIN') });
    expect(failure).toMatchObject({ code: 'KAFKA_AUTH', nextStep: expect.stringContaining('without SASL') });
  });
});

describe.skipIf(tlsPort === undefined)('TLS (lacks REAL_KAFKA_SSL when skipped)', () => {
  let ca: string;
  beforeAll(() => {
    ca = readFileSync(caFile, 'utf8');
  });

  test('with the certificate of its authority', async () => {
    const tls = { ca, verify: true };
    const cluster = await openCluster({ brokers: [tlsPort!], tls });
    expect(cluster.brokers.size).toBeGreaterThan(0);
    await cluster.close();
    expect(await probeTls(tlsPort!, tls, signal)).toMatch(/^TLSv1\.\d, certificate of localhost, valid until 20\d\d-/);
    expect(await failureOf(tlsPort!, { tls: { verify: false } })).toBeUndefined();
  });

  test.each([
    ['an authority nobody knows', {}, /CA/],
    ['another name', { ca: 'given', servername: 'kafka.example.com' }, /server name/],
    [
      'a key that is none',
      { ca: 'given', cert: 'given', key: new Secret('-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----') },
      /PEM/,
    ],
  ])('%s', async (_what, options: Partial<TlsAccess>, nextStep) => {
    const given = { ...options, ...(options.ca && { ca }), ...(options.cert && { cert: ca }) };
    const tls = { ...given, verify: true };
    const expected = { code: 'KAFKA_TLS', retryable: false, nextStep: expect.stringMatching(nextStep) };
    expect(await failureOf(tlsPort!, { tls })).toMatchObject(expected);
    await expect(probeTls(tlsPort!, tls, signal)).rejects.toMatchObject(expected);
  });

  test('plaintext against it', async () => {
    expect(await failureOf(tlsPort!, {})).toMatchObject({
      code: 'KAFKA_TLS',
      nextStep: expect.stringContaining('Choose TLS'),
    });
  });
});

describe.skipIf(!hasOpenssl)('a port that wants a client certificate (lacks openssl when skipped)', () => {
  const dir = mkdtempSync(join(tmpdir(), 'mercury-tls-'));
  let server: Server;
  let port: string;
  let tls: TlsAccess;
  beforeAll(async () => {
    const [ours, theirs] = [makeCertificate(dir, 'client'), makeCertificate(dir, 'localhost')];
    server = createServer({ ...theirs, ca: ours.cert, requestCert: true, rejectUnauthorized: true });
    server.on('secureConnection', (socket) => socket.on('error', () => {}).resume());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = `localhost:${(server.address() as AddressInfo).port}`;
    tls = { ca: theirs.cert, cert: ours.cert, key: new Secret(ours.key), verify: true };
  });
  afterAll(() => {
    server?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  test('takes the one it trusts', async () => {
    expect(await probeTls(port, tls, signal)).toContain('certificate of localhost');
  });

  test('none, and one it does not trust, are refused with what to give', async () => {
    const other = makeCertificate(dir, 'other');
    const { ca } = tls;
    const expected = { code: 'KAFKA_TLS', nextStep: expect.stringContaining('client certificate') };
    await expect(probeTls(port, { ca, verify: true }, signal)).rejects.toMatchObject(expected);
    const untrusted = { ...tls, cert: other.cert, key: new Secret(other.key) };
    await expect(probeTls(port, untrusted, signal)).rejects.toMatchObject(expected);
  });

  test('its own certificate must be trusted, and for the name that was asked', async () => {
    const { ca: _ca, ...noCa } = tls;
    await expect(probeTls(port, noCa, signal)).rejects.toMatchObject({ nextStep: expect.stringContaining('CA') });
    const otherName = { ...tls, servername: 'kafka.example.com' };
    await expect(probeTls(port, otherName, signal)).rejects.toMatchObject({
      message: expect.stringContaining('localhost'),
    });
  });
});

describe.each(testBrokers)('on $name', ({ open }) => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await open();
  });
  afterAll(() => broker?.close());

  test('TLS against a plaintext port', async () => {
    const expected = { code: 'KAFKA_TLS', object: broker.address, nextStep: expect.stringContaining('without TLS') };
    expect(await failureOf(broker.address, { tls: { verify: true } })).toMatchObject(expected);
    await expect(probeTls(broker.address, { verify: true }, signal)).rejects.toMatchObject(expected);
  });

  test('a port is found behind one that is dead; a look at it can be cancelled', async () => {
    expect(await probePort(['127.0.0.1:1', broker.address], signal)).toBe(broker.address);
    await expect(probePort(['127.0.0.1:1'], signal)).rejects.toMatchObject({
      code: 'KAFKA_UNREACHABLE',
      object: '127.0.0.1:1',
    });
    await expect(probePort([broker.address], AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
