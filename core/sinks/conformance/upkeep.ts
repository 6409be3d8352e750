/** Looking at the target and resetting it beside a run. */
import { expect, test } from 'vitest';
import { batch, type Place, range, upsert, write } from './place.ts';

const conflict = { code: 'CONFLICT', retryable: false };
const fenced = { code: 'PIPELINE_FENCED', retryable: false };

export function testUpkeep({ open, names, look, reset }: Place): void {
  test('a target that does not exist yet has nothing to look at, and may be given offsets', async () => {
    expect(await look()).toEqual({ positions: new Map(), rows: null });
    await reset({ seen: new Map(), next: new Map([[0, 7n]]), empties: true });
    expect((await look()).positions).toEqual(new Map([[0, { ownerEpoch: 1n, next: 7n }]]));
    expect(await (await open()).claim([0])).toEqual(new Map([[0, 7n]]));
  });

  test('shows how far each partition has come, and counts the rows', async () => {
    const sink = await open();
    await sink.claim([0, 1]);
    await write(sink, [upsert(1, 'a'), upsert(2, 'b')], range(0, 5));
    expect(await look()).toEqual({
      positions: new Map([
        [0, { ownerEpoch: 1n, next: 5n }],
        [1, { ownerEpoch: 1n, next: null }],
      ]),
      rows: { count: 2n, isExact: true },
    });
  });

  test('a reset moves offsets back, on and to the beginning; rows stay', async () => {
    const sink = await open();
    await sink.claim([0, 1, 2]);
    await write(sink, [upsert(1, 'a')], range(0, 5, 0), range(0, 5, 1), range(0, 5, 2));
    await sink.close();
    const { positions: seen } = await look();
    await reset({
      seen,
      next: new Map([
        [0, 2n],
        [1, null],
        [2, 9n],
      ]),
      empties: false,
    });
    expect(await names()).toEqual(['a']);
    expect(await (await open()).claim([0, 1, 2])).toEqual(
      new Map([
        [0, 2n],
        [2, 9n],
      ]),
    );
  });

  test('a run that was alive before is fenced, also what it has staged', async () => {
    const sink = await open();
    await sink.claim([0]);
    await write(sink, [upsert(1, 'a')], range(0, 5));
    const staged = await sink.stage(batch(upsert(2, 'too late')));
    const { positions: seen } = await look();
    await reset({ seen, next: new Map([[0, null]]), empties: false });
    await expect(staged.commit([range(5, 6)])).rejects.toMatchObject(fenced);
    await expect(write(sink, [upsert(3, 'too late')], range(0, 1))).rejects.toMatchObject(fenced);
    expect(await names()).toEqual(['a']);
  });

  test('emptying removes every row, and the next run writes them again', async () => {
    const sink = await open();
    await sink.claim([0]);
    await write(sink, [upsert(1, 'a'), upsert(2, 'b')], range(0, 2));
    await sink.close();
    await reset({ seen: (await look()).positions, next: new Map([[0, null]]), empties: true });
    expect(await names()).toEqual([]);
    const again = await open();
    expect(await again.claim([0])).toEqual(new Map());
    await write(again, [upsert(1, 'again')], range(0, 1));
    expect(await names()).toEqual(['again']);
  });

  test('changes nothing when a run has moved on since it was looked at', async () => {
    const sink = await open();
    await sink.claim([0, 1]);
    await write(sink, [upsert(1, 'a')], range(0, 5));
    const { positions: seen } = await look();
    await write(sink, [upsert(2, 'b')], range(5, 6));
    const request = {
      seen,
      next: new Map([
        [0, null],
        [1, null],
      ]),
      empties: true,
    };
    await expect(reset(request)).rejects.toMatchObject(conflict);
    expect(await names()).toEqual(['a', 'b']);
    await write(sink, [upsert(3, 'c')], range(6, 7));
    expect(await names()).toEqual(['a', 'b', 'c']);
  });

  test('changes nothing when another run has claimed since', async () => {
    await (await open()).claim([0]);
    const { positions: seen } = await look();
    await (await open()).claim([0]);
    await expect(reset({ seen, next: new Map([[0, 3n]]), empties: false })).rejects.toMatchObject(conflict);
    const never = { seen: new Map(), next: new Map([[0, 3n]]), empties: false };
    await expect(reset(never)).rejects.toMatchObject(conflict);
  });

  test('touches no other pipeline', async () => {
    const other = await open({ pipeline: 'other' });
    await other.claim([0]);
    await write(other, [upsert(1, 'a')], range(0, 5));
    await reset({ seen: new Map(), next: new Map([[0, 3n]]), empties: false });
    await write(other, [upsert(2, 'b')], range(5, 6));
    expect(await names()).toEqual(['a', 'b']);
  });
}
