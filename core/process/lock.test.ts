import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockFolder } from './lock.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'mercury-lock-'));

test('a second owner is refused by the name of the first', () => {
  const dir = folder();
  const lock = lockFolder(dir);
  expect(() => lockFolder(dir)).toThrow(`in use by process ${process.pid}`);
  lock.release();
  lockFolder(dir).release();
});

test('the lock of a process that is gone is taken over, also when its pid lives again', () => {
  const dir = folder();
  writeFileSync(join(dir, 'lock.json'), JSON.stringify({ pid: process.pid, startTime: 'another life' }));
  lockFolder(dir).release();
  writeFileSync(join(dir, 'lock.json'), 'torn');
  lockFolder(dir).release();
});
