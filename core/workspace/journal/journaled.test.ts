/** Calls through the real contract: what is kept of them, and that secrets are not. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call } from '@orpc/server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { CallOrigin } from '#core/contract/journal.ts';
import { Journal } from './journal.ts';
import { journaled } from './journaled.ts';
import { listJournal } from './list.ts';

const password = 'correct-horse-7';
let dir: string;
let journal: Journal;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mercury-journaled-'));
  journal = new Journal({ file: join(dir, 'journal.jsonl'), onChange: () => {}, log: () => {} });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const os = () => journaled({ journal, connectionOf: (pipeline) => (pipeline === null ? 'in-use' : `of ${pipeline}`) });
const from = (origin: CallOrigin, method: string) => ({ context: { from: origin }, path: method.split('.') });
const text = async (): Promise<string> => {
  await journal.close();
  return readFileSync(join(dir, 'journal.jsonl'), 'utf8');
};
const newest = async () => (await listJournal(journal, { limit: 1 })).entries[0];

const definition = {
  version: 1 as const,
  name: 'orders-test',
  kafka: {
    brokers: ['kafka.example.com:9092'],
    sasl: { mechanism: 'PLAIN' as const, username: 'ada', password: { secret: 'orders-password' } },
  },
};
const draft = { definition, secrets: { 'orders-password': { value: password } } };

test('what was done, to what, where and from where', async () => {
  const stop = os().pipelines.stop.handler(() => {});
  await call(stop, { name: 'flights' }, from('api', 'pipelines.stop'));
  expect(await newest()).toMatchObject({
    method: 'pipelines.stop',
    kind: 'pipeline',
    name: 'flights',
    connection: 'of flights',
    from: 'api',
    error: null,
    input: { name: 'flights' },
  });
});

test('a method that only reads leaves no line', async () => {
  const list = os().pipelines.list.handler(() => []);
  await call(list, undefined, from('window', 'pipelines.list'));
  expect(await newest()).toBeUndefined();
});

test('a password is in no line, and its name is', async () => {
  const save = os().connections.save.handler(() => {});
  await call(save, { ...draft, isNew: true }, from('window', 'connections.save'));
  const passphrase = os().connections.openSecrets.handler(() => {
    throw new WorkbenchError('INVALID_INPUT', `${password} does not open it`, { nextStep: `not ${password}` });
  });
  const opening = call(passphrase, { passphrase: password }, from('browser', 'connections.openSecrets'));
  await expect(opening).rejects.toThrow(password);
  expect(await text()).not.toContain(password);
  expect(await newest()).toMatchObject({
    input: { passphrase: '[secret]' },
    error: { code: 'INVALID_INPUT', message: '[secret] does not open it', nextStep: 'not [secret]' },
  });
  expect(await text()).toContain('"secrets":{"orders-password":"[secret]"}');
  expect(await text()).toContain('kafka.example.com:9092');
});

test('of an input that the method refuses nothing is kept: a secret may stand anywhere', async () => {
  const save = os().connections.save.handler(() => {});
  const wrong = { ...draft, definition: { ...definition, postgres: { url: `postgres://ada:${password}@db/orders` } } };
  await expect(call(save, wrong, from('api', 'connections.save'))).rejects.toThrow();
  expect(await newest()).toMatchObject({ name: null, input: null, error: { code: 'INVALID_INPUT' } });
  expect(await text()).not.toContain(password);
});

test('contents of records stay out, long lists are cut and say so', async () => {
  const redrive = os().deadLetters.redrive.handler(async function* () {
    yield { total: 30, sent: [], skipped: [], isDone: true };
  });
  const letters = Array.from({ length: 30 }, (_, offset) => ({
    id: `0@${offset}`,
    change: { type: 'json' as const, text: '{"card":"4111"}', schemaId: 1 },
  }));
  const stream = await call(redrive, { pipeline: 'p', letters }, from('browser', 'deadLetters.redrive'));
  expect(await newest()).toBeUndefined();
  for await (const _ of stream);
  expect(await text()).not.toContain('4111');
  const entry = await newest();
  expect(entry).toMatchObject({ name: 'p', error: null });
  expect((entry!.input as { letters: unknown[] }).letters).toHaveLength(21);
  expect(await text()).toContain('… 10 more');
});

test('a stream that its reader leaves is cancelled, one that fails has failed', async () => {
  let fails = false;
  const redrive = os().deadLetters.redrive.handler(async function* () {
    yield { total: 2, sent: [], skipped: [], isDone: false };
    if (fails) throw new WorkbenchError('KAFKA_UNREACHABLE', 'no broker answers');
  });
  const input = { pipeline: 'p', letters: [{ id: '0@1', change: { type: 'unchanged' as const } }] };
  const left = await call(redrive, input, from('browser', 'deadLetters.redrive'));
  for await (const _ of left) break;
  expect(await newest()).toMatchObject({ error: { code: 'CANCELLED' } });
  fails = true;
  const failing = await call(redrive, input, from('browser', 'deadLetters.redrive'));
  await failing.next();
  await expect(failing.next()).rejects.toThrow('no broker');
  expect(await newest()).toMatchObject({ error: { code: 'KAFKA_UNREACHABLE' } });
});
