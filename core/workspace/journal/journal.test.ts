/** The journal's file: over restarts, kills, growth and a disk that is really full. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fillDisk, mountSmallDisk } from '../test-small-disk.ts';
import { Journal, type NewEntry } from './journal.ts';
import { listJournal } from './list.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mercury-journal-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const logged: string[] = [];
const open = (folder = dir, largestBytes = 1_000_000) =>
  new Journal({
    file: join(folder, 'journal.jsonl'),
    largestBytes,
    onChange: () => {},
    log: (line) => logged.push(line),
  });

function entry(name: string, more: Partial<NewEntry> = {}): NewEntry {
  const about = { at: 1, durationMs: 2, method: 'pipelines.start', kind: 'pipeline', connection: 'sandbox' } as const;
  return { ...about, name, from: 'browser', error: null, input: { name }, ...more };
}

async function names(journal: Journal): Promise<(string | null)[]> {
  const { entries } = await listJournal(journal, { limit: 500 });
  return entries.map(({ name }) => name);
}

test('newest first, over a restart, for this user alone', async () => {
  const first = open();
  expect(await names(first)).toEqual([]);
  first.add(entry('a'));
  first.add(entry('b'));
  await first.close();
  expect(statSync(join(dir, 'journal.jsonl')).mode & 0o777).toBe(0o600);
  const second = open();
  second.add(entry('c'));
  expect(await names(second)).toEqual(['c', 'b', 'a']);
});

test('two programs write to one file and each sees both', async () => {
  const [here, there] = [open(), open()];
  here.add(entry('here'));
  await here.close();
  there.add(entry('there'));
  expect(await names(there)).toEqual(['there', 'here']);
  expect(await names(here)).toEqual(['there', 'here']);
});

test('a line cut by a kill and one of a newer version hide no other, and are counted', async () => {
  const journal = open();
  journal.add(entry('a'));
  await journal.close();
  const file = join(dir, 'journal.jsonl');
  writeFileSync(file, `${readFileSync(file, 'utf8')}\n{"version":2,"other":1}\n{"version":1,"at":`);
  journal.add(entry('b'));
  const page = await listJournal(journal, { limit: 10 });
  expect(page.entries.map(({ name }) => name)).toEqual(['b', 'a']);
  expect(page.unreadable).toBe(2);
});

test('its size is bounded, and pages go on into older files', async () => {
  const journal = open(dir, 2_000);
  for (let number = 0; number < 100; number += 1) {
    journal.add(entry(`n${number}`));
    await journal.close();
  }
  const files = readdirSync(dir);
  expect(files.sort()).toEqual([
    'journal.1.jsonl',
    'journal.2.jsonl',
    'journal.3.jsonl',
    'journal.4.jsonl',
    'journal.jsonl',
  ]);
  for (const file of files) expect(statSync(join(dir, file)).size).toBeLessThan(2_500);
  const all = await names(journal);
  const paged: (string | null)[] = [];
  for (let before: string | undefined, isFirst = true; isFirst || before !== undefined; isFirst = false) {
    const page = await listJournal(journal, { limit: 7, before });
    paged.push(...page.entries.map(({ name }) => name));
    before = page.older;
  }
  expect(paged).toEqual(all);
  expect(all.length).toBeGreaterThan(15);
  expect(all).toEqual(all.map((_, index) => `n${99 - index}`));
});

test('filters by words, kind and result', async () => {
  const journal = open();
  const error = { code: 'NOT_FOUND', message: 'there is no such pipeline', retryable: false } as const;
  journal.add(entry('orders', { error }));
  journal.add(entry('', { name: null, kind: 'sandbox', method: 'sandbox.setFeedRate', input: { ratePerSecond: 20 } }));
  const methods = async (request: object) => {
    const { entries } = await listJournal(journal, { limit: 10, ...request });
    return entries.map(({ method }) => method);
  };
  expect(await methods({ text: 'Feed rate' })).toEqual(['sandbox.setFeedRate']);
  expect(await methods({ text: 'orders not_found' })).toEqual(['pipelines.start']);
  expect(await methods({ text: 'orders feed' })).toEqual([]);
  expect(await methods({ kind: 'sandbox' })).toEqual(['sandbox.setFeedRate']);
  expect(await methods({ result: 'failed' })).toEqual(['pipelines.start']);
  expect(await methods({ result: 'done' })).toEqual(['sandbox.setFeedRate']);
});

const full = mountSmallDisk(1);

test.skipIf(full === undefined)('a full disk loses nothing and is said (lacks root when skipped)', async () => {
  const journal = open(full!);
  journal.add(entry('before'));
  await journal.close();
  const makeRoom = fillDisk(full!);
  const long = { text: 'x'.repeat(9_000) };
  journal.add(entry('during', { input: long }));
  await journal.close();
  expect(journal.status()).toMatchObject({ added: 2, unwritten: 1, fault: { code: 'DISK_FULL', retryable: true } });
  expect(logged.filter((line) => line.includes('ENOSPC'))).toHaveLength(1);
  expect(await names(journal)).toEqual(['during', 'before']);
  makeRoom();
  journal.add(entry('after'));
  expect(await names(journal)).toEqual(['after', 'during', 'before']);
  expect(journal.status()).toEqual({ added: 3, unwritten: 0, fault: null });
  expect(await names(open(full!))).toEqual(['after', 'during', 'before']);
});
