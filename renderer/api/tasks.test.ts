import { expect, test, vi } from 'vitest';
import { allTasks, cancelTask, remainingMs, startTask, withTask } from './tasks.ts';

const latest = () => allTasks().at(-1)!;

test('a task is listed from its start, follows its progress, and ends once', () => {
  const task = startTask({ title: 'Count' });
  expect(latest()).toMatchObject({ title: 'Count', state: 'running', endedAt: null });
  task.update({ done: 0.5, amount: '5 rows' });
  expect(latest().progress).toEqual({ done: 0.5, amount: '5 rows' });
  task.end('done');
  task.end('failed');
  task.update({ done: 1 });
  expect(latest()).toMatchObject({ state: 'done', progress: { done: 0.5 } });
});

test('cancel asks the one who started it, and not after the end', () => {
  const cancel = vi.fn();
  const task = startTask({ title: 'Scan', cancel });
  cancelTask(latest().id);
  expect(latest().state).toBe('cancelling');
  expect(cancel).toHaveBeenCalledTimes(1);
  task.end('cancelled');
  cancelTask(latest().id);
  expect(cancel).toHaveBeenCalledTimes(1);
});

test('the last few that ended stay, those that run all do', () => {
  const running = startTask({ title: 'Long' });
  for (let index = 0; index < 20; index += 1) startTask({ title: `Short ${index}` }).end('done');
  expect(allTasks().map(({ title }) => title)).toContain('Long');
  expect(allTasks().filter(({ endedAt }) => endedAt !== null)).toHaveLength(6);
  running.end('done');
});

test('what fails is a failed task, and is thrown on', async () => {
  await expect(withTask({ title: 'Stop' }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(latest().state).toBe('failed');
});

test('what is left is reckoned from what is done, or taken from the source', () => {
  startTask({ title: 'Count' }).update({ done: 0.25 });
  const task = latest();
  expect(remainingMs(task, task.startedAt + 500)).toBeUndefined();
  expect(remainingMs(task, task.startedAt + 2_000)).toBeCloseTo(6_000);
  expect(remainingMs({ ...task, progress: { done: null } }, task.startedAt + 2_000)).toBeUndefined();
  expect(remainingMs({ ...task, progress: { done: null, remainingMs: 40 } }, task.startedAt)).toBe(40);
});
