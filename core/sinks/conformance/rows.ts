/** What stands in the target after batches were committed. */
import { expect, test } from 'vitest';
import { batch, type Place, range, tombstone, upsert, write } from './place.ts';

export function testRows({ open, names, rows }: Place): void {
  test('arrive exactly, whatever the value', async () => {
    const sink = await open();
    await sink.claim([0]);
    const odd = 'tab\t "quote" \\N \\. 日本 🛫';
    await write(
      sink,
      [upsert(9007199254740993n, odd, -2147483648), upsert(-(2n ** 63n), '', 0), upsert(1, null)],
      range(0, 3),
    );
    expect(await rows()).toEqual([
      { id: -(2n ** 63n), name: '', value: 0 },
      { id: 1n, name: null, value: null },
      { id: 9007199254740993n, name: odd, value: -2147483648 },
    ]);
  });

  test('the last of a key wins within a batch', async () => {
    const sink = await open();
    await sink.claim([0]);
    await write(sink, [upsert(1, 'first'), upsert(2, 'only'), upsert(1, 'last', 5)], range(0, 3));
    expect(await rows()).toEqual([
      { id: 1n, name: 'last', value: 5 },
      { id: 2n, name: 'only', value: null },
    ]);
  });

  test('the last of a key wins across batches, nulls included', async () => {
    const sink = await open();
    await sink.claim([0]);
    await write(sink, [upsert(1, 'first', 5)], range(0, 1));
    await write(sink, [upsert(1, null)], range(1, 2));
    expect(await rows()).toEqual([{ id: 1n, name: null, value: null }]);
  });

  test('a tombstone deletes its key, and an unknown key is no fault', async () => {
    const sink = await open();
    await sink.claim([0]);
    await write(sink, [upsert(1, 'a'), upsert(2, 'b')], range(0, 2));
    await write(sink, [tombstone(1), tombstone(99)], range(2, 4));
    expect(await names()).toEqual(['b']);
  });

  test('written after a tombstone of the same batch, a row stays', async () => {
    const sink = await open();
    await sink.claim([0]);
    await write(sink, [upsert(1, 'old')], range(0, 1));
    await write(sink, [tombstone(1), upsert(1, 'new')], range(1, 3));
    expect(await names()).toEqual(['new']);
  });

  test('followed by its tombstone in the same batch, a row goes', async () => {
    const sink = await open();
    await sink.claim([0]);
    await write(sink, [upsert(1, 'old')], range(0, 1));
    await write(sink, [upsert(1, 'new'), tombstone(1), upsert(2, 'b')], range(1, 4));
    expect(await names()).toEqual(['b']);
  });

  test('only the chosen ones are written, tombstones too', async () => {
    const sink = await open();
    await sink.claim([0]);
    await write(sink, [upsert(1, 'a'), upsert(2, 'b')], range(0, 2));
    const mixed = batch(upsert(3, 'c'), upsert(3, 'left out'), tombstone(1), tombstone(2), upsert(4, 'left out'));
    await (await sink.stage(mixed, Int32Array.of(0, 3))).commit([range(2, 7)]);
    expect(await names()).toEqual(['a', 'c']);
  });

  test('ten thousand in one batch', async () => {
    const sink = await open();
    await sink.claim([0]);
    const many = Array.from({ length: 10_000 }, (_, id) => upsert(id % 7_000, `row ${id}`, id));
    await write(sink, many, range(0, 10_000));
    const kept = await rows();
    expect(kept.length).toBe(7_000);
    expect(kept[2_999]).toEqual({ id: 2_999n, name: 'row 9999', value: 9_999 });
    expect(kept[3_000]).toEqual({ id: 3_000n, name: 'row 3000', value: 3_000 });
  });
}
