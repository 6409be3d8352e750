/** Of two that write the same partitions only the one that claimed last gets through. */
import { expect, test } from 'vitest';
import { batch, type Place, range, upsert, write } from './place.ts';

const fenced = { code: 'PIPELINE_FENCED', retryable: false };

export function testOwners({ open, names }: Place): void {
  test('an older owner writes nothing more, not even what it has staged', async () => {
    const old = await open();
    await old.claim([0]);
    await write(old, [upsert(1, 'by the old one')], range(0, 1));
    const staged = await old.stage(batch(upsert(1, 'too late'), upsert(2, 'too late')));

    const young = await open();
    expect(await young.claim([0])).toEqual(new Map([[0, 1n]]));
    await expect(staged.commit([range(1, 3)])).rejects.toMatchObject(fenced);
    await expect(write(old, [upsert(3, 'too late')], range(1, 2))).rejects.toMatchObject(fenced);
    expect(await names()).toEqual(['by the old one']);

    await write(young, [upsert(1, 'by the young one')], range(1, 2));
    expect(await names()).toEqual(['by the young one']);
  });

  test('losing one partition of several stops the whole batch', async () => {
    const old = await open();
    await old.claim([0, 1]);
    const young = await open();
    await young.claim([1]);
    await expect(write(old, [upsert(1, 'a')], range(0, 1, 0), range(0, 1, 1))).rejects.toMatchObject(fenced);
    await write(young, [upsert(2, 'b')], range(0, 1, 1));
    expect(await names()).toEqual(['b']);
  });

  test('a partition that was never claimed can’t be moved', async () => {
    const sink = await open();
    await sink.claim([0]);
    await expect(write(sink, [upsert(1, 'a')], range(0, 1, 7))).rejects.toMatchObject(fenced);
    expect(await names()).toEqual([]);
  });

  test('two that claim at once: exactly one goes on', async () => {
    const both = [await open(), await open()];
    await Promise.all(both.map((sink) => sink.claim([0, 1, 2, 3])));
    const results = await Promise.allSettled(both.map((sink) => write(sink, [upsert(1, 'a')], range(0, 1))));
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('who claims again after the other goes on', async () => {
    const first = await open();
    const second = await open();
    await first.claim([0]);
    await second.claim([0]);
    await first.claim([0]);
    await write(first, [upsert(1, 'a')], range(0, 1));
    await expect(write(second, [upsert(1, 'b')], range(0, 1))).rejects.toMatchObject(fenced);
    expect(await names()).toEqual(['a']);
  });
}
