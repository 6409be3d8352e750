/**
 * What every sink must do, as named cases. A sink's own test gives a target (`SinkTarget`) and calls `testSink`.
 *
 * The cases know a sink by its contract alone (`core/pipeline/component.ts`): rows of `{ id, name, value }`, keyed by id.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Batch, PartitionRange } from '#core/columns/batch.ts';
import type { Field } from '#core/columns/type.ts';
import type { Sink, SinkComponent, SinkContext } from '#core/pipeline/component.ts';
import { batchOf, type TestRow } from '#core/postgres/fixtures/batch.ts';
import type { ResolvedConnection } from '#core/workspace/connection.ts';

export interface StoredRow {
  readonly id: bigint;
  readonly name: string | null;
  readonly value: number | null;
}

/** An empty place to write to. A new one for each case. */
export interface SinkTarget {
  /** A definition's fields of this sink, `type` included, keyed by `id` with the last record winning. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly connection: ResolvedConnection;
  /** What anybody can see now, by ascending id. */
  rows(): Promise<readonly StoredRow[]>;
  /** From now on the target refuses rows of this name. Called after the sink was opened. */
  refuse(name: string): Promise<void>;
  /** Cuts every connection that the sink has now. */
  cut(): Promise<void>;
}

/** Opened once for all cases of a sink. */
export interface SinkHost {
  createTarget(): Promise<SinkTarget>;
  close(): Promise<void>;
}

export const conformanceFields: readonly Field[] = [
  { name: 'id', type: { kind: 'int64' }, nullable: false },
  { name: 'name', type: { kind: 'utf8' }, nullable: true },
  { name: 'value', type: { kind: 'int32' }, nullable: true },
];

let host: SinkHost;
let target: SinkTarget;
const opened: Sink[] = [];

export function testSink(component: SinkComponent, openHost: () => Promise<SinkHost>): void {
  describe(`${component.title} as a sink`, () => {
    beforeAll(async () => {
      host = await openHost();
    });
    beforeEach(async () => {
      target = await host.createTarget();
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((sink) => sink.close()));
    });
    afterAll(() => host.close());

    const open = (names: Partial<SinkContext> = {}) => openSink(component, names);
    describe('rows', () => testRows(open));
    describe('staging', () => testStaging(open));
    describe('offsets', () => testOffsets(open));
    describe('owners', () => testOwners(open));
    describe('bad rows', () => testBadRows(open));
    describe('broken connections', () => testBrokenConnections(open));
  });
}

type Open = (names?: Partial<SinkContext>) => Promise<Sink>;

async function openSink(component: SinkComponent, names: Partial<SinkContext>): Promise<Sink> {
  const sink = await component.open(component.spec.parse(target.spec), {
    pipeline: 'conformance',
    sink: component.type,
    clusterId: 'cluster',
    topicId: 'topic',
    fields: conformanceFields,
    connection: target.connection,
    log: () => {},
    ...names,
  });
  opened.push(sink);
  return sink;
}

function upsert(id: bigint | number, name: string | null, value: number | null = null): TestRow {
  return { values: { id, name, value } };
}

function tombstone(id: bigint | number): TestRow {
  return { values: { id }, tombstone: true };
}

function batch(...rows: readonly TestRow[]): Batch {
  return batchOf(conformanceFields, rows);
}

function range(from: number, next: number, partition = 0): PartitionRange {
  return { partition, from: BigInt(from), next: BigInt(next), leaderEpoch: 0 };
}

async function write(sink: Sink, rows: readonly TestRow[], ...ranges: readonly PartitionRange[]): Promise<void> {
  await (await sink.stage(batch(...rows))).commit(ranges);
}

async function names(): Promise<ReadonlyArray<string | null>> {
  return (await target.rows()).map((row) => row.name);
}

function testRows(open: Open): void {
  test('arrive exactly, whatever the value', async () => {
    const sink = await open();
    await sink.claim([0]);
    const odd = 'tab\t "quote" \\N \\. 日本 🛫';
    await write(
      sink,
      [upsert(9007199254740993n, odd, -2147483648), upsert(-(2n ** 63n), '', 0), upsert(1, null)],
      range(0, 3),
    );
    expect(await target.rows()).toEqual([
      { id: -(2n ** 63n), name: '', value: 0 },
      { id: 1n, name: null, value: null },
      { id: 9007199254740993n, name: odd, value: -2147483648 },
    ]);
  });

  test('the last of a key wins within a batch', async () => {
    const sink = await open();
    await sink.claim([0]);
    await write(sink, [upsert(1, 'first'), upsert(2, 'only'), upsert(1, 'last', 5)], range(0, 3));
    expect(await target.rows()).toEqual([
      { id: 1n, name: 'last', value: 5 },
      { id: 2n, name: 'only', value: null },
    ]);
  });

  test('the last of a key wins across batches, nulls included', async () => {
    const sink = await open();
    await sink.claim([0]);
    await write(sink, [upsert(1, 'first', 5)], range(0, 1));
    await write(sink, [upsert(1, null)], range(1, 2));
    expect(await target.rows()).toEqual([{ id: 1n, name: null, value: null }]);
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
    const rows = await target.rows();
    expect(rows.length).toBe(7_000);
    expect(rows[2_999]).toEqual({ id: 2_999n, name: 'row 9999', value: 9_999 });
    expect(rows[3_000]).toEqual({ id: 3_000n, name: 'row 3000', value: 3_000 });
  });
}

function testStaging(open: Open): void {
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
    expect((await target.rows()).map((row) => row.id)).toEqual([1n]);
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

function testOffsets(open: Open): void {
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

const fenced = { code: 'PIPELINE_FENCED', retryable: false };

function testOwners(open: Open): void {
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

const rejected = { code: 'SINK_REJECTED', retryable: false };

function testBadRows(open: Open): void {
  async function openPicky(): Promise<Sink> {
    const sink = await open();
    await sink.claim([0]);
    await target.refuse('bad');
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
}

const unreachable = { code: 'SINK_UNREACHABLE', retryable: true };

function testBrokenConnections(open: Open): void {
  test('between stage and commit: an error to try again, and the same batch goes through after a new claim', async () => {
    const sink = await open();
    await sink.claim([0]);
    await write(sink, [upsert(1, 'before')], range(0, 1));
    const staged = await sink.stage(batch(upsert(2, 'after')));
    await target.cut();
    await expect(staged.commit([range(1, 2)])).rejects.toMatchObject(unreachable);
    expect(await names()).toEqual(['before']);

    expect(await sink.claim([0])).toEqual(new Map([[0, 1n]]));
    await write(sink, [upsert(2, 'after')], range(1, 2));
    expect(await names()).toEqual(['before', 'after']);
  });

  test('between two batches: the sink connects again by itself, at most one error later', async () => {
    const sink = await open();
    await sink.claim([0]);
    await target.cut();
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
    await target.cut();
    await expect(verified.verify()).rejects.toMatchObject(unreachable);
    const discarded = await sink.stage(batch(upsert(1, 'a')));
    await target.cut();
    await discarded.discard();
    await sink.claim([0]);
    await write(sink, [upsert(1, 'b')], range(0, 1));
    expect(await names()).toEqual(['b']);
  });
}
