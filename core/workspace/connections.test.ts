import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ConnectionDefinition, connectionDefinitionSchema } from '#core/contract/connection.ts';
import { toErrorData } from '#core/contract/errors.ts';
import { type ConnectionGuard, noGuard } from './connection.ts';
import { parseConnection } from './connection-file.ts';
import { Connections } from './connections.ts';
import { openSecrets, type SecretStore } from './secrets.ts';

const fixture = join(import.meta.dirname, 'fixtures/connection-1.yaml');
let dir: string;
let secrets: SecretStore;
let connections: Connections;
let guards: Array<ConnectionGuard & { name: string }>;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mercury-connections-'));
  mkdirSync(join(dir, 'connections'));
  secrets = openSecrets({ stateDir: dir, environment: {} });
  guards = [];
  connections = again();
});
afterEach(() => {
  connections.close();
  rmSync(dir, { recursive: true, force: true });
});

/** On the same folders, as after a restart, or in another process. */
function again(): Connections {
  return new Connections({
    workspaceDir: dir,
    stateDir: dir,
    secrets,
    sandbox: () => Promise.reject(new Error('no sandbox here')),
    onGuard: (name, guard) => guards.push({ name, ...guard }),
  });
}

const fileOf = (name: string): string => join(dir, 'connections', `${name}.yaml`);
const failureOf = (action: () => unknown) => {
  try {
    action();
    return undefined;
  } catch (error) {
    return toErrorData(error);
  }
};
const local = (change: Partial<ConnectionDefinition> = {}): ConnectionDefinition => ({
  version: 1,
  name: 'local',
  environment: 'development',
  kafka: { brokers: ['localhost:9092'] },
  ...change,
});
const withLogin = local({
  environment: 'production',
  kafka: {
    brokers: ['localhost:9092'],
    sasl: { mechanism: 'PLAIN', username: 'ada', password: { secret: 'local.kafka.password' } },
  },
});
const noSecrets = {};

describe('the file', () => {
  test('one of version 1 is read, for ever', () => {
    const { definition, fault } = parseConnection(readFileSync(fixture, 'utf8'), 'orders-production');
    expect(fault).toBeUndefined();
    expect(definition).toMatchObject({
      environment: 'production',
      kafka: {
        brokers: ['kafka-1.example.com:9093', 'kafka-2.example.com:9093'],
        tls: { servername: 'kafka.example.com', verify: true, key: { secret: 'orders-production.kafka.key' } },
        sasl: { mechanism: 'SCRAM-SHA-512', username: 'ada' },
      },
      postgres: { url: 'postgres://ada@db.example.com:5432/orders' },
    });
  });

  test('the one in docs/connections.md is valid', () => {
    const docs = readFileSync(join(import.meta.dirname, '../../docs/connections.md'), 'utf8');
    const [, text = ''] = /```yaml\n(.*?)```/s.exec(docs) ?? [];
    expect(parseConnection(text, 'orders-production').fault).toBeUndefined();
  });

  test('saving it unchanged changes not a byte; a change keeps every comment', () => {
    copyFileSync(fixture, fileOf('orders-production'));
    const before = readFileSync(fixture, 'utf8');
    const definition = connections.get('orders-production').definition!;
    connections.save({ definition, secrets: noSecrets }, false);
    expect(readFileSync(fileOf('orders-production'), 'utf8')).toBe(before);
    const { sasl } = definition.kafka;
    const changed = { ...definition, kafka: { ...definition.kafka, sasl: { ...sasl!, username: 'grace' } } };
    connections.save({ definition: { ...changed, title: undefined }, secrets: noSecrets }, false);
    const after = readFileSync(fileOf('orders-production'), 'utf8');
    expect(after).toBe(before.replace('username: ada # the', 'username: grace # the').replace('title: Orders\n', ''));
  });

  test('a new one is written as a team reads it', () => {
    connections.save({ definition: withLogin, secrets: noSecrets }, true);
    expect(readFileSync(fileOf('local'), 'utf8')).toBe(
      [
        'version: 1',
        'name: local',
        'environment: production',
        'kafka:',
        '  brokers:',
        '    - localhost:9092',
        '  sasl:',
        '    mechanism: PLAIN',
        '    username: ada',
        '    password:',
        '      secret: local.kafka.password',
        '',
      ].join('\n'),
    );
    expect(failureOf(() => connections.save({ definition: withLogin, secrets: noSecrets }, true))?.code).toBe(
      'CONFLICT',
    );
  });

  test('of a newer version it can be looked at, not changed or used', async () => {
    const newer = `${readFileSync(fixture, 'utf8').replace('version: 1', 'version: 2')}tunnel: { host: jump }\n`;
    writeFileSync(fileOf('orders-production'), newer);
    const { definition, fault } = connections.get('orders-production');
    expect(definition?.kafka.brokers).toHaveLength(2);
    expect(fault?.toData()).toMatchObject({ code: 'WORKSPACE_INVALID', nextStep: expect.stringContaining('Update') });
    expect(failureOf(() => connections.save({ definition: definition!, secrets: {} }, false))?.message).toMatch(
      'version 2',
    );
    await expect(connections.resolve('orders-production')).rejects.toMatchObject({ code: 'WORKSPACE_INVALID' });
    expect(readFileSync(fileOf('orders-production'), 'utf8')).toBe(newer);
  });

  test.each([
    [
      'a password in it',
      'version: 1\nname: local\nkafka:\n  brokers: [a:1]\n  sasl: { mechanism: PLAIN, username: u, password: hunter2 }\n',
      'kafka.sasl.password',
    ],
    [
      'a password in an address',
      'version: 1\nname: local\nkafka: { brokers: [a:1] }\npostgres: { url: "postgres://u:hunter2@h/d" }\n',
      'postgres.url',
    ],
    ['no YAML', 'version: 1\nname: "local\nkafka: hunter2', 'line'],
    ['another name', 'version: 1\nname: hunter3\nkafka: { brokers: [a:1] }\n', 'hunter3'],
    ['an unknown field', 'version: 1\nname: local\nkafka: { brokers: [a:1] }\nreadonly: hunter2\n', 'readonly'],
    ['nothing', '', 'expected object'],
  ])('with %s is listed with its fault, which does not quote it', (_what, text, says) => {
    writeFileSync(fileOf('local'), text);
    const [, listed] = connections.list();
    expect(listed).toMatchObject({
      name: 'local',
      file: 'connections/local.yaml',
      fault: { code: 'WORKSPACE_INVALID' },
    });
    expect(listed!.fault!.message).toContain(says);
    expect(JSON.stringify(connections.list())).not.toContain('hunter2');
    expect(failureOf(() => connections.switchTo('local'))?.code).toBe('WORKSPACE_INVALID');
  });

  test.each(['sandbox', 'new', '../escape', 'Upper', ''])('%j is no name for one', (name) => {
    expect(connectionDefinitionSchema.safeParse(local({ name })).success).toBe(false);
  });
});

describe('secrets', () => {
  const draft = { definition: withLogin, secrets: { 'local.kafka.password': { value: 'hunter2' } } };

  test('go to the store, never into the file or an answer', async () => {
    connections.save(draft, true);
    expect(secrets.get('local.kafka.password').value).toBe('hunter2');
    const seen = [
      readFileSync(fileOf('local'), 'utf8'),
      JSON.stringify([connections.list(), connections.get('local')]),
    ];
    expect(seen.join()).not.toContain('hunter2');
    const resolved = await connections.resolve('local');
    expect(resolved.kafka.sasl?.password.value).toBe('hunter2');
    expect(inspect(resolved, { depth: null }) + JSON.stringify(resolved)).not.toContain('hunter2');
  });

  test('one that is missing is named, with what to do', async () => {
    connections.save({ definition: withLogin, secrets: noSecrets }, true);
    expect(connections.list()[1]!.missingSecrets).toEqual(['local.kafka.password']);
    await expect(connections.resolve('local')).rejects.toMatchObject({
      code: 'SECRET_MISSING',
      object: 'local.kafka.password',
      nextStep: expect.stringMatching(/Connections/),
    });
  });

  test('removing takes the file and its secrets, restoring brings both back', () => {
    connections.save(draft, true);
    connections.switchTo('local');
    const text = readFileSync(fileOf('local'), 'utf8');
    connections.remove('local');
    expect([existsSync(fileOf('local')), secrets.has('local.kafka.password'), connections.current]).toEqual([
      false,
      false,
      'sandbox',
    ]);
    connections.restore('local');
    expect([readFileSync(fileOf('local'), 'utf8'), secrets.get('local.kafka.password').value]).toEqual([
      text,
      'hunter2',
    ]);
  });

  test('one that another connection names stays', () => {
    connections.save(draft, true);
    connections.save({ definition: { ...withLogin, name: 'other' }, secrets: noSecrets }, true);
    connections.remove('local');
    expect(secrets.get('local.kafka.password').value).toBe('hunter2');
    connections.save({ definition: local({ name: 'other' }), secrets: noSecrets }, false);
    expect(secrets.has('local.kafka.password')).toBe(false);
  });

  test('a draft uses those typed or pasted, and keeps none', () => {
    const pasted = connections.keepPasted('from a text');
    const resolved = connections.resolveDraft({ ...draft, secrets: { 'local.kafka.password': { pasted } } });
    expect(resolved.kafka.sasl?.password.value).toBe('from a text');
    expect(secrets.has('local.kafka.password')).toBe(false);
    const gone = { ...draft, secrets: { 'local.kafka.password': { pasted: 'unknown' } } };
    expect(failureOf(() => connections.resolveDraft(gone))?.code).toBe('SECRET_MISSING');
  });

  test('a PEM file is read from the workspace, its text from a secret', async () => {
    const pem = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
    writeFileSync(join(dir, 'ca.pem'), pem);
    const tls = { ca: 'ca.pem', key: { secret: 'local.kafka.key' }, verify: true };
    const definition = local({ kafka: { brokers: ['localhost:9093'], tls } });
    connections.save({ definition, secrets: { 'local.kafka.key': { value: 'the key' } } }, true);
    const { kafka } = await connections.resolve('local');
    expect([kafka.tls?.ca, kafka.tls?.key?.value]).toEqual([pem, 'the key']);
    const registry = { url: 'https://registry.example.com', tls: { ca: 'ca.pem' } };
    const withRegistry = { definition: local({ registry }), secrets: noSecrets };
    expect(connections.resolveDraft(withRegistry).registry?.tls).toMatchObject({ ca: pem, verify: true });
    const { ca } = resolvedWith('ca', `${pem}${pem}`.replaceAll('\n', ' ')).kafka.tls!;
    expect(ca).toBe(pem + pem);
    rmSync(join(dir, 'ca.pem'));
    await expect(connections.resolve('local')).rejects.toMatchObject({
      code: 'KAFKA_TLS',
      object: join(dir, 'ca.pem'),
    });
  });
});

/** A PEM text on one line, as a properties file has it. */
function resolvedWith(name: string, text: string) {
  const tls = { ca: { secret: name }, verify: true };
  const definition = local({ name: 'one-line', kafka: { brokers: ['localhost:9093'], tls } });
  return connections.resolveDraft({ definition, secrets: { [name]: { value: text } } });
}

describe('read-only', () => {
  test('production is, unless its file says otherwise', async () => {
    connections.save({ definition: withLogin, secrets: { 'local.kafka.password': { value: 'x' } } }, true);
    expect((await connections.resolve('local')).guard).toEqual({ ...noGuard, readOnly: true });
    connections.save({ definition: { ...withLogin, readOnly: false }, secrets: noSecrets }, false);
    expect((await connections.resolve('local')).guard?.readOnly).toBe(false);
    expect(connections.list()[1]).toMatchObject({ readOnly: false, unlockedUntil: null });
  });

  test('an unlock holds for every holder, ends when it is locked, and is told', async () => {
    connections.save({ definition: local({ readOnly: true }), secrets: noSecrets }, true);
    const { guard } = await connections.resolve('local');
    const until = connections.unlock('local', 10);
    expect(until - Date.now()).toBeGreaterThan(9.9 * 60_000);
    expect(guard?.unlockedUntil).toBe(until);
    expect(connections.list()[1]!.unlockedUntil).toBe(until);
    connections.lock('local');
    expect(guard?.unlockedUntil).toBe(0);
    expect(guards.map(({ unlockedUntil }) => unlockedUntil)).toEqual([until, 0]);
  });

  test('a commit that loosens the file changes nothing until it is agreed to here', async () => {
    connections.save({ definition: local({ readOnly: true }), secrets: noSecrets }, true);
    const { guard } = await connections.resolve('local');
    writeFileSync(fileOf('local'), readFileSync(fileOf('local'), 'utf8').replace('readOnly: true', 'readOnly: false'));
    expect((await connections.resolve('local')).guard).toBe(guard);
    expect(guard?.readOnly).toBe(true);
    expect(connections.list()[1]).toMatchObject({ readOnly: true, saysReadOnly: false });
    expect((await again().resolve('local')).guard?.readOnly).toBe(true);

    // Another field is saved: that is no agreement.
    const { definition } = connections.get('local');
    connections.save({ definition: { ...definition!, title: 'Orders' }, secrets: noSecrets }, false);
    expect(guard?.readOnly).toBe(true);

    connections.setPolicy('local', { ...connections.list()[1]!.policy, readOnly: false });
    expect(guard?.readOnly).toBe(false);
    expect(guards.at(-1)).toMatchObject({ name: 'local', readOnly: false });
    expect((await again().resolve('local')).guard?.readOnly).toBe(false);
  });

  test('one that was read-only when the program began stays so, though nobody looked before the commit', async () => {
    connections.save({ definition: local({ readOnly: true }), secrets: noSecrets }, true);
    rmSync(join(dir, 'policy.json'));
    again();
    writeFileSync(fileOf('local'), readFileSync(fileOf('local'), 'utf8').replace('readOnly: true', 'readOnly: false'));
    expect(connections.list()[1]!.readOnly).toBe(true);
  });

  test('an unlock outlasts the program, and not its time', async () => {
    connections.save({ definition: local({ readOnly: true }), secrets: noSecrets }, true);
    const until = connections.unlock('local', 10);
    expect((await again().resolve('local')).guard?.unlockedUntil).toBe(until);
    vi.useFakeTimers({ now: until + 1, toFake: ['Date'] });
    expect(again().list()[1]!.unlockedUntil).toBeNull();
    vi.useRealTimers();
  });

  test('a draft that says it may write does not open the saved one', async () => {
    connections.save({ definition: local({ readOnly: true }), secrets: noSecrets }, true);
    const { guard } = await connections.resolve('local');
    connections.resolveDraft({ definition: local({ readOnly: false }), secrets: noSecrets });
    expect(guard?.readOnly).toBe(true);
    expect(failureOf(() => connections.unlock('nowhere', 1))?.code).toBe('NOT_FOUND');
  });
});

describe('the policy', () => {
  const policyFile = (): string => join(dir, 'policy.json');
  const limits = { readOnly: false, deniedTopics: ['payments.*'], allowedTopics: [], megabytesPerSecond: 5 };

  test('one of version 1 is read, for ever', async () => {
    copyFileSync(join(import.meta.dirname, 'fixtures/policy-1.json'), policyFile());
    writeFileSync(fileOf('local'), 'version: 1\nname: local\nkafka: { brokers: [a:1] }\n');
    expect((await connections.resolve('local')).guard).toEqual({
      readOnly: true,
      deniedTopics: ['payments.*', 'customers'],
      allowedTopics: ['orders*'],
      megabytesPerSecond: 2.5,
      unlockedUntil: 4_102_444_800_000,
    });
  });

  test('is kept for this user alone, holds for every holder and is told', async () => {
    connections.save({ definition: local(), secrets: noSecrets }, true);
    const { guard } = await connections.resolve('local');
    connections.setPolicy('local', limits);
    expect(guard).toEqual({ ...limits, unlockedUntil: 0 });
    expect(guards).toEqual([{ name: 'local', ...limits, unlockedUntil: 0 }]);
    expect(statSync(policyFile()).mode & 0o777).toBe(0o600);
    expect(connections.list()[1]!.policy).toEqual(limits);
    connections.remove('local');
    connections.restore('local');
    expect(connections.list()[1]!.policy).toEqual(limits);
  });

  test('one named as what every object has is like any other', async () => {
    connections.save({ definition: local({ name: 'constructor' }), secrets: noSecrets }, true);
    rmSync(policyFile());
    expect((await again().resolve('constructor')).guard).toEqual(noGuard);
    connections.setPolicy('constructor', { ...limits, deniedTopics: ['a'] });
    expect((await again().resolve('constructor')).guard?.deniedTopics).toEqual(['a']);
  });

  test('agreeing to writes ends an unlock: made read-only again, it is locked', async () => {
    connections.save({ definition: local(), secrets: noSecrets }, true);
    connections.setPolicy('local', { ...limits, readOnly: true });
    connections.unlock('local', 60);
    connections.setPolicy('local', { ...limits, readOnly: true, megabytesPerSecond: 9 });
    expect(connections.list()[1]!.unlockedUntil).not.toBeNull();
    connections.setPolicy('local', limits);
    connections.setPolicy('local', { ...limits, readOnly: true });
    expect(connections.list()[1]).toMatchObject({ readOnly: true, unlockedUntil: null });
  });

  test('what another process agreed or revoked reaches this one', async () => {
    connections.save({ definition: local({ readOnly: true }), secrets: noSecrets }, true);
    const other = again();
    const { guard } = await other.resolve('local');
    const until = connections.unlock('local', 10);
    await vi.waitFor(() => expect(guard?.unlockedUntil).toBe(until), { timeout: 10_000 });
    connections.lock('local');
    await vi.waitFor(() => expect(guard?.unlockedUntil).toBe(0), { timeout: 10_000 });
    other.close();
  });

  test.each(['{', '{"version":2,"connections":{}}', '{"version":1,"connections":{"local":{"readOnly":"no"}}}'])(
    'that reads %s allows nothing, says so and is left as it is',
    async (text) => {
      connections.save({ definition: local({ readOnly: true }), secrets: noSecrets }, true);
      const { guard } = await connections.resolve('local');
      connections.unlock('local', 10);
      writeFileSync(policyFile(), text);
      await expect(connections.resolve('local')).rejects.toMatchObject({
        code: 'WORKSPACE_INVALID',
        object: policyFile(),
      });
      expect(connections.list()[1]).toMatchObject({ readOnly: true, fault: { code: 'WORKSPACE_INVALID' } });
      expect(failureOf(() => connections.setPolicy('local', limits))?.code).toBe('WORKSPACE_INVALID');
      await vi.waitFor(() => expect(guard).toMatchObject({ readOnly: true, unlockedUntil: 0 }), { timeout: 10_000 });
      expect(readFileSync(policyFile(), 'utf8')).toBe(text);
    },
  );
});

test('how a test went is kept over a restart, until the connection is saved anew', () => {
  connections.save({ definition: local(), secrets: noSecrets }, true);
  const refused = { code: 'KAFKA_AUTH', message: 'refused the login', retryable: false } as const;
  connections.tested('local', { at: 1_700_000_000_000, error: refused });
  connections.tested('sandbox', { at: 1_700_000_000_001, error: null });
  expect(
    again()
      .list()
      .map(({ lastTest }) => lastTest),
  ).toEqual([
    { at: 1_700_000_000_001, error: null },
    { at: 1_700_000_000_000, error: refused },
  ]);
  connections.save({ definition: local({ title: 'Other' }), secrets: noSecrets }, false);
  expect(again().list()[1]!.lastTest).toBeNull();
});

test('the connection in use is remembered; one whose file is gone says so', async () => {
  connections.save({ definition: local(), secrets: noSecrets }, true);
  connections.switchTo('local');
  const other = again();
  expect(other.current).toBe('local');
  rmSync(fileOf('local'));
  await expect(other.resolve(other.current)).rejects.toMatchObject({ code: 'NOT_FOUND', object: 'local' });
  expect(failureOf(() => other.switchTo('nowhere'))?.code).toBe('NOT_FOUND');
});
