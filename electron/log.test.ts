/** The log of the window: line by line, of two starts at most, and no fault of its own on a full disk. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fillDisk, mountSmallDisk } from '#core/workspace/test-small-disk.ts';
import { openLog } from './log.ts';

const small = mountSmallDisk(1);
const stderr: string[] = [];
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mercury-log-'));
  stderr.length = 0;
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => stderr.push(String(line)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true });
});

test('each line is in the file with its time, for this user alone; a large file becomes the older one', () => {
  const { file, write } = openLog(dir);
  write('one');
  write('two');
  expect(readFileSync(file, 'utf8')).toMatch(/^\d{4}-\S+Z one\n\S+Z two\n$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(stderr).toEqual(['one\n', 'two\n']);
  writeFileSync(file, 'x'.repeat(5 << 20));
  openLog(dir).write('three');
  expect(statSync(`${file}.1`).size).toBe(5 << 20);
  expect(readFileSync(file, 'utf8')).toMatch(/Z three\n$/);
});

test.skipIf(small === undefined)(
  'a full disk is no fault of the log (skipped where no small disk can be mounted)',
  () => {
    const { file, write } = openLog(small!);
    const giveBack = fillDisk(small!);
    write('lost');
    giveBack();
    write('kept');
    expect(stderr).toEqual(['lost\n', 'kept\n']);
    expect(existsSync(file) && readFileSync(file, 'utf8')).toMatch(/Z kept\n$/);
  },
);
