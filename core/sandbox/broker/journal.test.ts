/** Entries over restarts, a torn end and a growing file. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Journal } from './journal.ts';

let directory: string;
const path = () => join(directory, 'a.journal');

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'journal-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

/** A journal of a map, and the map. */
function open() {
  const values = new Map<string, string>();
  const journal = new Journal<[string, string]>({
    path: path(),
    apply: ([key, value]) => values.set(key, value),
    snapshot: () => values,
  });
  return { journal, values };
}

test('gives back what was appended', () => {
  const { journal } = open();
  journal.append(['a', 'ä\n"'], ['b', '2']);
  journal.append(['a', '3']);
  expect([...open().values]).toEqual([
    ['a', '3'],
    ['b', '2'],
  ]);
});

test('forgets a torn or damaged last line, and goes on behind the one before', () => {
  open().journal.append(['a', '1'], ['b', '2']);
  const whole = statSync(path()).size;
  for (let cut = 1; cut < whole / 2; cut += 3) {
    truncateSync(path(), whole - cut);
    const { journal, values } = open();
    expect([...values]).toEqual([['a', '1']]);
    journal.append(['b', '2']);
    journal.close();
    expect([...open().values]).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
  }
  appendFileSync(path(), '00000000 ["c","3"]\n');
  expect(open().values.has('c')).toBe(false);
});

test('stays small when the same few entries change for ever', () => {
  const { journal, values } = open();
  const text = 'x'.repeat(10_000);
  for (let i = 0; i < 1_000; i++) journal.append([`k${i % 3}`, `${i}${text}`]);
  expect(readFileSync(path()).length).toBeLessThan(2 << 20);
  expect([...open().values]).toEqual([...values]);
});
