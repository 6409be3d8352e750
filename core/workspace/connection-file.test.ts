/** The files of connections: read for ever, written so that comments stay, never quoted when they are wrong. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectionDefinitionSchema } from '#core/contract/connection.ts';
import { parseConnection } from './connection-file.ts';
import { connections, failureOf, fileOf, local, noSecrets, withConnections, withLogin } from './test-connections.ts';

withConnections();
const fixture = join(import.meta.dirname, 'fixtures/connection-1.yaml');

test('a file of version 1 is read, for ever', () => {
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

test('the file in docs/connections.md is valid', () => {
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

test('a new file is written as a team reads it', () => {
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
  expect(failureOf(() => connections.save({ definition: withLogin, secrets: noSecrets }, true))?.code).toBe('CONFLICT');
});

test('a file of a newer version can be looked at, not changed or used', async () => {
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
])('a file with %s is listed with its fault, which does not quote it', (_what, text, says) => {
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
