/** How far a pipeline has come, as the target keeps it. */
import { expect, test } from 'vitest';
import { batch, type Place, range, upsert, write } from './place.ts';

export function testOffsets({ open, names }: Place): void {
  test('are unknown before the first commit, then go on where it ended', async () => {
    const sink = await open();
    expect(await sink.claim([0, 1, 2])).toEqual(new Map());
    await write(sink, [upsert(1, 'a')], range(0, 5, 0), range(100, 2 ** 40, 2));
    const next = await open();
    expect(await next.claim([0, 1, 2])).toEqual(
      new Map([
        [0, 5n],
        [2, 2n ** 40n],
      ]),
    );
  });

  test('move without any row, when all records of a range became dead letters', async () => {
    const sink = await open();
    await sink.claim([0]);
    await write(sink, [], range(0, 10));
    await (await sink.stage(batch(upsert(1, 'left out')), new Int32Array(0))).commit([range(10, 20)]);
    expect(await names()).toEqual([]);
    expect(await sink.claim([0])).toEqual(new Map([[0, 20n]]));
  });

  test('belong to one pipeline, sink, cluster and topic', async () => {
    const sink = await open();
    await sink.claim([0]);
    await write(sink, [upsert(1, 'a')], range(0, 5));
    for (const other of [{ pipeline: `it's "x"\\` }, { sink: 'second' }, { clusterId: 'c' }, { topicId: 't' }]) {
      const stranger = await open(other);
      expect(await stranger.claim([0])).toEqual(new Map());
      await write(stranger, [upsert(2, 'b')], range(0, 1));
      expect(await stranger.claim([0])).toEqual(new Map([[0, 1n]]));
    }
    await write(sink, [upsert(1, 'z')], range(5, 6));
    expect(await sink.claim([0])).toEqual(new Map([[0, 6n]]));
  });

  test('may leave out offsets that the topic does not have any more', async () => {
    const sink = await open();
    await sink.claim([0]);
    await write(sink, [upsert(1, 'a')], range(50, 60));
    await write(sink, [upsert(2, 'b')], range(75, 80));
    expect(await sink.claim([0])).toEqual(new Map([[0, 80n]]));
  });
}
