/** Rows that the target refuses, and connections that break. */
import { expect, test } from 'vitest';
import type { Sink } from '#core/pipeline/component.ts';
import { batch, type Place, range, upsert, write } from './place.ts';

const rejected = { code: 'SINK_REJECTED', retryable: false };

export function testBadRows({ open, names, target }: Place): void {
  async function openPicky(): Promise<Sink> {
    const sink = await open();
    await sink.claim([0]);
    await target().refuse('bad');
    return sink;
  }
  const good = upsert(1, 'good');
  const bad = upsert(2, 'bad');

  test('are refused by commit, and nothing of their batch is seen', async () => {
    const sink = await openPicky();
    await expect(write(sink, [good, bad], range(0, 2))).rejects.toMatchObject(rejected);
    expect(await names()).toEqual([]);
    expect(await sink.claim([0])).toEqual(new Map());
  });

  test('are found by halves and left out', async () => {
    const sink = await openPicky();
    const whole = batch(good, upsert(3, 'good'), bad, upsert(4, 'good'));
    const tryRows = async (...rows: number[]) => (await sink.stage(whole, Int32Array.from(rows))).verify();
    await tryRows(0, 1);
    await expect(tryRows(2, 3)).rejects.toMatchObject(rejected);
    await expect(tryRows(2)).rejects.toMatchObject(rejected);
    await tryRows(3);
    await (await sink.stage(whole, Int32Array.of(0, 1, 3))).commit([range(0, 4)]);
    expect(await names()).toEqual(['good', 'good', 'good']);
    expect(await sink.claim([0])).toEqual(new Map([[0, 4n]]));
  });

  test('hold no batch back that is written after them', async () => {
    const sink = await openPicky();
    for (let again = 0; again < 5; again++) {
      await expect(write(sink, [bad], range(0, 1))).rejects.toMatchObject(rejected);
    }
    await write(sink, [good], range(0, 2));
    expect(await names()).toEqual(['good']);
  });

  test('stop the batches that were staged behind them', async () => {
    const sink = await openPicky();
    if (sink.lanes < 2) return;
    const first = await sink.stage(batch(bad));
    const second = await sink.stage(batch(good));
    await expect(first.commit([range(0, 1)])).rejects.toMatchObject(rejected);
    await expect(second.commit([range(1, 2)])).rejects.toMatchObject({ retryable: true });
    expect(await names()).toEqual([]);
  });

  test('left out at last, they let the batches behind them through', async () => {
    const sink = await openPicky();
    if (sink.lanes < 2) return;
    const mixed = batch(good, bad);
    const first = await sink.stage(mixed);
    const second = await sink.stage(batch(upsert(1, 'newer')));
    await expect(first.commit([range(0, 2)])).rejects.toMatchObject(rejected);
    await (await sink.stage(mixed, Int32Array.of(0))).commit([range(0, 2)]);
    await second.commit([range(2, 3)]);
    expect(await names()).toEqual(['newer']);
    expect(await sink.claim([0])).toEqual(new Map([[0, 3n]]));
  });
}

const unreachable = { code: 'SINK_UNREACHABLE', retryable: true };

export function testBrokenConnections({ open, names, target }: Place): void {
  test('between stage and commit: an error to try again, and the same batch goes through after a new claim', async () => {
    const sink = await open();
    await sink.claim([0]);
    await write(sink, [upsert(1, 'before')], range(0, 1));
    const staged = await sink.stage(batch(upsert(2, 'after')));
    await target().cut();
    await expect(staged.commit([range(1, 2)])).rejects.toMatchObject(unreachable);
    expect(await names()).toEqual(['before']);

    expect(await sink.claim([0])).toEqual(new Map([[0, 1n]]));
    await write(sink, [upsert(2, 'after')], range(1, 2));
    expect(await names()).toEqual(['before', 'after']);
  });

  test('between two batches: the sink connects again by itself, at most one error later', async () => {
    const sink = await open();
    await sink.claim([0]);
    await target().cut();
    const first = await write(sink, [upsert(1, 'a')], range(0, 1)).catch((error: unknown) => error);
    if (first !== undefined) {
      expect(first).toMatchObject(unreachable);
      await sink.claim([0]);
      await write(sink, [upsert(1, 'a')], range(0, 1));
    }
    expect(await names()).toEqual(['a']);
  });

  test('verify and discard survive them', async () => {
    const sink = await open();
    await sink.claim([0]);
    const verified = await sink.stage(batch(upsert(1, 'a')));
    await target().cut();
    await expect(verified.verify()).rejects.toMatchObject(unreachable);
    const discarded = await sink.stage(batch(upsert(1, 'a')));
    await target().cut();
    await discarded.discard();
    await sink.claim([0]);
    await write(sink, [upsert(1, 'b')], range(0, 1));
    expect(await names()).toEqual(['b']);
  });
}
