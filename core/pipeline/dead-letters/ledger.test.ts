import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type LetterKey, LetterLedger } from './ledger.ts';

const dir = mkdtempSync(join(tmpdir(), 'mercury-ledger-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let files = 0;
const newFile = (): string => join(dir, `${++files}.jsonl`);
const letter = (offset: bigint, topicId = 'topic'): LetterKey => ({ clusterId: 'c', topicId, partition: 0, offset });
const to = { topic: 'orders', partition: 1, offset: '9007199254740993' };

test('keeps the last of what was done about each letter, over a restart', () => {
  const file = newFile();
  const ledger = new LetterLedger(file);
  expect(ledger.of(letter(1n)), 'there is no file yet').toBeUndefined();
  ledger.add(letter(1n), { did: 'sending', isEdited: true });
  expect(new LetterLedger(file).of(letter(1n))).toMatchObject({ did: 'sending', isEdited: true });
  ledger.add(letter(1n), { did: 'redriven', isEdited: true, to });
  ledger.add(letter(2n), { did: 'dropped' });
  expect(new LetterLedger(file).of(letter(1n))).toMatchObject({ did: 'redriven', to });
  expect(new LetterLedger(file).of(letter(3n))).toBeUndefined();
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a letter that was restored, or that Kafka refused for good, is as if nothing was done', () => {
  const ledger = new LetterLedger(newFile());
  for (const [offset, did] of [
    [1n, 'restored'],
    [2n, 'failed'],
  ] as const) {
    ledger.add(letter(offset), { did: 'sending' });
    ledger.add(letter(offset), { did });
    expect(ledger.of(letter(offset))).toBeUndefined();
  }
});

test('a topic that was made anew under its name has letters of its own', () => {
  const ledger = new LetterLedger(newFile());
  ledger.add(letter(1n, 'before'), { did: 'redriven', to });
  expect(ledger.of(letter(1n, 'after'))).toBeUndefined();
});

test('sees what another program writes, and survives a line that a killed one left unfinished', () => {
  const file = newFile();
  const here = new LetterLedger(file);
  const there = new LetterLedger(file);
  there.add(letter(1n), { did: 'dropped' });
  expect(here.of(letter(1n))).toMatchObject({ did: 'dropped' });
  appendFileSync(file, '\n{"version":1,"letter":"c/topic/0@2","at":1,"did":"redri');
  there.add(letter(3n), { did: 'dropped' });
  expect(here.of(letter(2n))).toBeUndefined();
  expect(here.of(letter(3n))).toMatchObject({ did: 'dropped' });
});

test('leaves lines of a newer version alone', () => {
  const file = newFile();
  writeFileSync(file, '{"version":2,"letter":"c/topic/0@1","at":1,"did":"moved"}');
  expect(new LetterLedger(file).of(letter(1n))).toBeUndefined();
});
