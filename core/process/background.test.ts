import { readFileSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { nodeFork } from './node-fork.ts';
import { readProcStat } from './proc-stat.ts';

const priority = constants.priority.PRIORITY_BELOW_NORMAL;

function startChild(): number {
  const child = nodeFork()('parity');
  onTestFinished(() => child.kill());
  return child.pid!;
}

test('a child leaves the processors to the window and to this process first', async () => {
  const pid = startChild();
  const before = getPriority();
  await expect.poll(() => getPriority(pid)).toBe(Math.max(before, priority));
  expect(getPriority()).toBe(before);
});

test.runIf(process.platform === 'linux')('so does its session, which holds nothing but the child', async () => {
  const pid = startChild();
  expect(readProcStat(pid).session).toBe(pid);
  const group = (of: number): string => readFileSync(`/proc/${of}/autogroup`, 'utf8').trim();
  const before = group(process.pid);
  await expect.poll(() => group(pid)).toMatch(new RegExp(` nice ${priority}$`));
  expect(group(process.pid)).toBe(before);
});
