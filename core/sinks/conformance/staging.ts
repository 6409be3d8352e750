/** What a batch does between `stage` and its end. */
import { expect, test } from 'vitest';
import { batch, type Place, range, tombstone, upsert, write } from './place.ts';

export function testStaging({ open, names, rows }: Place): void {
  test('shows nothing before the commit', async () => {
    const sink = await open();
    await sink.claim([0]);
    const staged = await sink.stage(batch(upsert(1, 'a')));
    expect(await names()).toEqual([]);
    await staged.commit([range(0, 1)]);
    expect(await names()).toEqual(['a']);
  });

  test('leaves the batch free to be filled again', async () => {
    const sink = await open();
    await sink.claim([0]);
    const reused = batch(upsert(1, 'a'));
    const staged = await sink.stage(reused);
    (reused.columns[0] as { values: BigInt64Array }).values[0] = 77n;
    await staged.commit([range(0, 1)]);
    expect((await rows()).map((row) => row.id)).toEqual([1n]);
  });

  test('a discarded batch leaves nothing, offsets included', async () => {
    const sink = await open();
    await sink.claim([0]);
    await (await sink.stage(batch(upsert(1, 'a'), tombstone(2)))).discard();
    expect(await names()).toEqual([]);
    expect(await sink.claim([0])).toEqual(new Map());
  });

  test('a verified batch leaves nothing, and can be written after that', async () => {
    const sink = await open();
    await sink.claim([0]);
    await write(sink, [upsert(1, 'kept')], range(0, 1));
    await (await sink.stage(batch(upsert(1, 'tried'), upsert(2, 'tried')))).verify();
    expect(await names()).toEqual(['kept']);
    await write(sink, [upsert(1, 'new')], range(1, 2));
    expect(await names()).toEqual(['new']);
  });

  test('as many batches as there are lanes, committed in order', async () => {
    const sink = await open();
    await sink.claim([0]);
    const staged = [];
    for (let lane = 0; lane < sink.lanes; lane++) staged.push(await sink.stage(batch(upsert(1, `batch ${lane}`))));
    for (const [lane, each] of staged.entries()) await each.commit([range(lane, lane + 1)]);
    expect(await names()).toEqual([`batch ${sink.lanes - 1}`]);
  });

  test('the next batch is staged while the last one commits', async () => {
    const sink = await open();
    await sink.claim([0]);
    let committing = Promise.resolve();
    for (let number = 0; number < 20; number++) {
      const staged = await sink.stage(batch(upsert(1, `batch ${number}`), upsert(100 + number, 'own')));
      await committing;
      committing = staged.commit([range(number, number + 1)]);
    }
    await committing;
    expect(await names()).toEqual(['batch 19', ...Array.from({ length: 20 }, () => 'own')]);
  });

  test('closing discards what is staged, and may be done twice', async () => {
    const sink = await open();
    await sink.claim([0]);
    await sink.stage(batch(upsert(1, 'a')));
    await sink.close();
    await sink.close();
    expect(await names()).toEqual([]);
  });
}
