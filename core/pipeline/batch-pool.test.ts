import { expect, test } from 'vitest';
import { BatchPool } from './batch-pool.ts';

test('there are as many batches as asked for, and whoever waits gets the first that comes back, emptied', async () => {
  const pool = new BatchPool([], 4, 2);
  const [first, second] = [await pool.take(), await pool.take()];
  expect(first).not.toBe(second);
  const order: string[] = [];
  const waiting = (name: string): Promise<unknown> =>
    pool.take().then((batch) => {
      order.push(name);
      return batch;
    });
  const [third, fourth] = [waiting('third'), waiting('fourth')];
  second.length = 3;
  pool.give(second);
  pool.give(first);
  expect([await third, await fourth]).toEqual([second, first]);
  expect({ order, length: second.length }).toEqual({ order: ['third', 'fourth'], length: 0 });
  pool.give(first);
  expect(await pool.take()).toBe(first);
});
