import { expect, test } from 'vitest';
import { batchOf } from '#core/columns/test-batch.ts';
import { Progress } from './progress.ts';

const nothing = { lag: null, modelError: null };

test('a record is read once it is in flight or committed, whatever became of it', () => {
  const progress = new Progress({ source: 'orders', decode: 'Avro', sink: 'postgres · orders' });
  expect(progress.lastCommitAt).toBeUndefined();
  progress.committed({ written: 5, deleted: 2, deadLettered: 1 }, 12);
  progress.committed({ written: 1, deleted: 0, deadLettered: 0 }, 8);
  expect(progress.lastCommitAt).toBeGreaterThan(0);
  expect(progress.status(4, { lag: 9n, modelError: null })).toMatchObject({
    read: 13n,
    written: 6n,
    deleted: 2n,
    deadLettered: 1n,
    inFlight: 4n,
    lag: 9n,
    endToEnd: null,
  });
});

test('each stage has its title, count, times and errors; a pipeline without a model has no such stage', () => {
  const progress = new Progress({ source: 'orders', decode: 'Avro', model: 'delays', sink: 'postgres' });
  progress.model?.add(10, 3);
  progress.model?.add(10, 5);
  progress.committed({ written: 5, deleted: 2, deadLettered: 1 }, 12);
  progress.decode.errors += 1;
  const { stages } = progress.status(0, nothing);
  expect(stages.map(({ id, title, count, errors, p50Ms, p99Ms }) => [id, title, count, errors, p50Ms, p99Ms])).toEqual([
    ['source', 'orders', 0n, 0n, null, null],
    ['decode', 'Avro', 0n, 1n, null, null],
    ['model', 'delays', 20n, 0n, 3, 5],
    ['sink', 'postgres', 7n, 0n, 12, 12],
  ]);
  const without = new Progress({ source: 'orders', decode: 'Avro', sink: 'postgres' });
  expect(without.status(0, nothing).stages.map(({ id }) => id)).toEqual(['source', 'decode', 'sink']);
});

test('the age of rows is taken from a few of each batch, the last one among them; a clock ahead is no age', () => {
  const progress = new Progress({ source: 'orders', decode: 'Avro', sink: 'postgres' });
  const batch = batchOf(
    [],
    Array.from({ length: 64 }, () => ({ values: {} })),
  );
  const now = Date.now();
  // Every second row is old, and these are taken.
  for (let row = 0; row < 64; row++) batch.timestamp[row] = row % 2 === 1 ? now - 60_000 : now + 60_000;
  progress.delivered(batch);
  expect(progress.status(0, nothing).endToEnd?.p50Ms).toBeGreaterThanOrEqual(60_000);
  const ahead = new Progress({ source: 'orders', decode: 'Avro', sink: 'postgres' });
  batch.timestamp.fill(now + 60_000);
  ahead.delivered(batch);
  expect(ahead.status(0, nothing).endToEnd).toEqual({ p50Ms: 0, p99Ms: 0 });
});
