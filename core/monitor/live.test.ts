/** A watcher has the newest snapshot, soon and never too often. */
import { expect, test } from 'vitest';
import type { Snapshot } from '#core/contract/live.ts';
import { Live } from './live.ts';

const snapshot = (at: number) => ({ at }) as Snapshot;

test('the present state comes at once, then only after a change, and never faster than four a second', async () => {
  let taken = 0;
  const live = new Live(() => snapshot(++taken));
  const controller = new AbortController();
  const stream = live.watch(controller.signal);
  expect((await stream.next()).value).toEqual(snapshot(1));
  const startedAt = performance.now();
  const next = stream.next();
  for (let change = 0; change < 100; change++) live.changed();
  expect((await next).value).toEqual(snapshot(2));
  expect(performance.now() - startedAt).toBeGreaterThan(240);
  expect(taken).toBe(2);
  const last = stream.next();
  controller.abort();
  expect((await last).done).toBe(true);
});
