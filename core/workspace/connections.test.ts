/** Connections from their files and secrets to what a process can use, and what is remembered of them. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  again,
  connections,
  dir,
  failureOf,
  fileOf,
  local,
  noSecrets,
  secrets,
  withConnections,
  withLogin,
} from './test-connections.ts';

withConnections();

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

test('how a test went is kept over a restart, until the connection is saved anew', () => {
  connections.save({ definition: local(), secrets: noSecrets }, true);
  const refused = { code: 'KAFKA_AUTH', message: 'refused the login', retryable: false } as const;
  connections.tests.keep('local', { at: 1_700_000_000_000, error: refused });
  connections.tests.keep('sandbox', { at: 1_700_000_000_001, error: null });
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

test('a test of the form holds for what is saved of it, of nothing else', () => {
  const draft = { definition: local(), secrets: { 'local.kafka.password': { value: 'one' } } };
  const outcome = { at: 1_700_000_000_000, error: null };
  connections.tests.keepOfDraft(draft, outcome);
  connections.save(structuredClone(draft), true);
  expect(again().list()[1]!.lastTest).toEqual(outcome);
  connections.save({ ...draft, secrets: { 'local.kafka.password': { value: 'two' } } }, false);
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
