/** The test of a connection, on the sandbox's own servers and on ports that misbehave for real. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestReport } from '#core/contract/connection.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import { type Broker, openBroker } from '#core/sandbox/broker/broker.ts';
import { openRegistry, type SandboxRegistry } from '#core/sandbox/registry/registry.ts';
import type { ResolvedConnection } from '#core/workspace/connection.ts';
import { Secret } from '#core/workspace/secret.ts';
import { testConnection } from './connection-test.ts';

const dir = mkdtempSync(join(tmpdir(), 'mercury-connection-test-'));
const saslPort = process.env.REAL_KAFKA_SASL;
let broker: Broker;
let registry: SandboxRegistry;
/** Takes connections and never says a word. */
let silent: Server;

beforeAll(async () => {
  broker = await openBroker({ dataDir: join(dir, 'broker') });
  registry = await openRegistry({ dataDir: join(dir, 'registry'), log: () => {} });
  silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  await once(silent, 'listening');
});
afterAll(async () => {
  silent.close();
  await registry.close();
  await broker.close();
  rmSync(dir, { recursive: true, force: true });
});

const to = (address: string, change: Partial<ResolvedConnection> = {}): ResolvedConnection => ({
  name: 'local',
  kafka: { brokers: [address] },
  registry: undefined,
  postgres: undefined,
  ...change,
});
const portOf = (server: Server): string => `127.0.0.1:${(server.address() as { port: number }).port}`;

async function run(connection: ResolvedConnection, signal = new AbortController().signal): Promise<TestReport[]> {
  const reports: TestReport[] = [];
  for await (const report of testConnection(async () => connection, signal)) reports.push(report);
  return reports;
}

const states = (report: TestReport | undefined) =>
  Object.fromEntries(report?.steps.map(({ id, state }) => [id, state]) ?? []);

test('each step is told as it goes, with what it found', async () => {
  const reports = await run(to(`${broker.host}:${broker.port}`, { registry: { url: registry.url } }));
  const underWay = reports.map(({ steps }) => steps.find(({ state }) => state === 'running')?.id);
  expect(underWay).toEqual(['resolve', 'connect', 'metadata', 'registry', undefined]);
  const last = reports.at(-1)!;
  expect(last.isDone).toBe(true);
  expect(states(last)).toMatchObject({
    resolve: 'ok',
    connect: 'ok',
    tls: 'skipped',
    login: 'skipped',
    metadata: 'ok',
    registry: 'ok',
    postgres: 'skipped',
  });
  const found = last.steps.map(({ detail }) => detail).join();
  expect(found).toMatch(/1 broker, 0 topics, cluster \S+/);
  expect(found).toContain(`0 subjects at ${registry.url}`);
});

test('the first failure ends it, with its reason and the next step', async () => {
  const last = (await run(to('127.0.0.1:1', { registry: { url: registry.url } }))).at(-1);
  expect(states(last)).toMatchObject({ connect: 'failed', metadata: 'waiting', registry: 'waiting' });
  const failed = last?.steps.find(({ state }) => state === 'failed');
  expect(failed?.error).toMatchObject({
    code: 'KAFKA_UNREACHABLE',
    object: '127.0.0.1:1',
    nextStep: expect.any(String),
  });
});

test('what keeps it from being resolved is its first step', async () => {
  const missing = new WorkbenchError('SECRET_MISSING', 'The secret a is not set for this user.', { object: 'a' });
  const reports: TestReport[] = [];
  const { signal } = new AbortController();
  for await (const report of testConnection(() => Promise.reject(missing), signal)) reports.push(report);
  expect(reports.at(-1)).toMatchObject({
    isDone: true,
    steps: [{ id: 'resolve', state: 'failed', error: { code: 'SECRET_MISSING' } }, {}, {}, {}, {}, {}, {}],
  });
});

test('a port that is no Kafka, and a registry that is none, are told apart', async () => {
  const noRegistry = (await run(to(`${broker.host}:${broker.port}`, { registry: { url: `http://127.0.0.1:1` } }))).at(
    -1,
  );
  expect(states(noRegistry)).toMatchObject({ metadata: 'ok', registry: 'failed' });
  const noTls = to(`${broker.host}:${broker.port}`, {
    kafka: { brokers: [`${broker.host}:${broker.port}`], tls: { verify: true } },
  });
  expect(states((await run(noTls)).at(-1))).toMatchObject({ connect: 'ok', tls: 'failed' });
});

test('cancelling ends it at once, whatever it waits for', async () => {
  const stop = new AbortController();
  const startedAt = performance.now();
  const reports: TestReport[] = [];
  for await (const report of testConnection(async () => to(portOf(silent)), stop.signal)) {
    reports.push(report);
    if (report.steps.some(({ id, state }) => id === 'metadata' && state === 'running'))
      setImmediate(() => stop.abort());
  }
  expect(performance.now() - startedAt).toBeLessThan(1_500);
  expect(reports.at(-1)?.steps.find(({ state }) => state === 'failed')?.error?.code).toBe('CANCELLED');
});

test('a broker that never answers is given up in time', async () => {
  const startedAt = performance.now();
  const last = (await run(to(portOf(silent)))).at(-1);
  expect(last?.steps.find(({ state }) => state === 'failed')?.error?.code).toBe('KAFKA_UNREACHABLE');
  expect(performance.now() - startedAt).toBeLessThan(20_000);
});

test.skipIf(saslPort === undefined)(
  'a refused login is of the step Log in (lacks REAL_KAFKA_SASL when skipped)',
  async () => {
    const sasl = { mechanism: 'SCRAM-SHA-256', username: 'alice', password: new Secret('alice-secret') } as const;
    const good = (await run(to(saslPort!, { kafka: { brokers: [saslPort!], sasl } }))).at(-1);
    expect(states(good)).toMatchObject({ login: 'ok', metadata: 'ok' });
    const wrong = { ...sasl, password: new Secret('hunter2') };
    const bad = (await run(to(saslPort!, { kafka: { brokers: [saslPort!], sasl: wrong } }))).at(-1);
    expect(states(bad)).toMatchObject({ connect: 'ok', login: 'failed', metadata: 'waiting' });
    expect(bad?.steps.find(({ id }) => id === 'login')?.error).toMatchObject({
      code: 'KAFKA_AUTH',
      nextStep: expect.stringMatching(/password/),
    });
  },
);
