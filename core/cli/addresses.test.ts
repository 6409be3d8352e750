/** `--connection NAME`: a file of the workspace, its secrets opened by the variable, addresses on the command line first. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toErrorData } from '#core/contract/errors.ts';
import { createTopic } from '#core/kafka/admin.ts';
import { openCluster } from '#core/kafka/connect.ts';
import { openBroker } from '#core/sandbox/broker/broker.ts';
import { Policies } from '#core/workspace/policy.ts';
import { openSecrets, secretsVariable } from '#core/workspace/secrets.ts';
import { resolveAddresses } from './addresses.ts';

const mercury = fileURLToPath(new URL('../../bin/mercury', import.meta.url));
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mercury-addresses-'));
  mkdirSync(join(dir, 'workspace', 'connections'), { recursive: true });
  mkdirSync(join(dir, 'state'));
  vi.stubEnv('MERCURY_WORKSPACE', join(dir, 'workspace'));
  vi.stubEnv('MERCURY_STATE', join(dir, 'state'));
  vi.stubEnv(secretsVariable, 'correct horse');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

function write(name: string, ...lines: readonly string[]): void {
  writeFileSync(
    join(dir, 'workspace', 'connections', `${name}.yaml`),
    ['version: 1', `name: ${name}`, ...lines, ''].join('\n'),
  );
}

const failureOf = (action: () => unknown) => {
  try {
    action();
    return undefined;
  } catch (error) {
    return toErrorData(error);
  }
};

const login = '  sasl: { mechanism: PLAIN, username: ada, password: { secret: orders.kafka.password } }';

test('a connection with its secrets; what is given on the command line wins', () => {
  write(
    'orders',
    'environment: production',
    'kafka:',
    '  brokers: [kafka.example.com:9093]',
    login,
    'registry: { url: "http://r:8081" }',
  );
  openSecrets({ stateDir: join(dir, 'state') }).set('orders.kafka.password', 'hunter2');
  const found = resolveAddresses({ connection: 'orders' });
  expect(found).toMatchObject({
    name: 'orders',
    kafka: { brokers: ['kafka.example.com:9093'], sasl: { username: 'ada' } },
    registry: { url: 'http://r:8081' },
    guard: { readOnly: true, unlockedUntil: 0 },
  });
  expect(found.kafka.sasl?.password.value).toBe('hunter2');
  expect(resolveAddresses({ connection: 'orders', unlock: true }).guard?.readOnly).toBe(false);
  const given = resolveAddresses({
    connection: 'orders',
    kafka: 'localhost:1,localhost:2',
    postgres: 'postgres://db/x',
  });
  expect(given.kafka).toMatchObject({ brokers: ['localhost:1', 'localhost:2'], sasl: { username: 'ada' } });
  expect(given.postgres?.url).toBe('postgres://db/x');
});

test('a secret that can’t be read, a faulty file and no file at all say what to do', () => {
  write('orders', 'kafka:', '  brokers: [kafka.example.com:9093]', login);
  write('faulty', 'kafka: {}');
  const missing = failureOf(() => resolveAddresses({ connection: 'orders' }));
  expect(missing).toMatchObject({ code: 'SECRET_MISSING', object: 'orders.kafka.password' });
  expect(missing?.nextStep).toContain(secretsVariable);
  expect(failureOf(() => resolveAddresses({ connection: 'faulty' }))?.code).toBe('WORKSPACE_INVALID');
  expect(failureOf(() => resolveAddresses({ connection: 'nowhere' }))).toMatchObject({
    code: 'NOT_FOUND',
    object: 'nowhere',
  });
});

test('mercury topics --connection, without what the policy of this machine denies', async () => {
  const broker = await openBroker({ dataDir: join(dir, 'broker') });
  const cluster = await openCluster({ brokers: [`${broker.host}:${broker.port}`] });
  await createTopic(cluster, { name: 'orders', partitions: 2 });
  await cluster.close();
  write('local', 'kafka:', `  brokers: ["${broker.host}:${broker.port}"]`);
  const topics = () => promisify(execFile)(process.execPath, [mercury, 'topics', '--connection', 'local', '--json']);
  expect(JSON.parse((await topics()).stdout)).toMatchObject({ name: 'orders', partitions: 2 });
  new Policies(join(dir, 'state')).change('local', { deniedTopics: ['ord*'] });
  expect((await topics()).stdout).toBe('');
  await broker.close();
});
