import { beforeEach, expect, test, vi } from 'vitest';
import type { Batch } from '#core/columns/batch.ts';
import { isValid } from '#core/columns/column.ts';
import { put } from '#core/columns/test-batch.ts';
import type { Field } from '#core/columns/type.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { FetchedChunk, Fetcher } from '#core/kafka/fetch.ts';
import { leaderEpochAt } from '#core/kafka/protocol/batch-header.ts';
import { writeRecordBatch } from '#core/kafka/protocol/record-batch-writer.ts';
import { BatchPool } from './batch-pool.ts';
import { Progress } from './progress.ts';
import type { RowDecoder } from './row-decoder.ts';
import { TopicReader } from './topic-reader.ts';

/** How long the reader was ready to wait for more; waits of no time are over at once, others never. */
const waits: number[] = [];
vi.mock(import('node:timers/promises'), async (original) => ({
  ...(await original()),
  setTimeout: ((ms: number) => {
    waits.push(ms);
    return ms === 0 ? new Promise((resolve) => setImmediate(resolve)) : new Promise(() => {});
  }) as never,
}));
beforeEach(() => {
  waits.length = 0;
});

const fields: readonly Field[] = [
  { name: 'id', type: { kind: 'int64' }, nullable: false },
  { name: 'text', type: { kind: 'utf8' }, nullable: true },
];

type Written = readonly [key: string | null, value: string | null];

function chunk(from: number, records: readonly Written[], more: Partial<FetchedChunk> = {}): FetchedChunk {
  const bytes = writeRecordBatch(
    records.map(([key, value], index) => ({
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      headers: [],
      timestampMs: 1_000 + index,
    })),
    { codec: 'none', producerId: -1n, producerEpoch: -1, baseSequence: -1 },
  );
  bytes.writeBigInt64BE(BigInt(from), 0);
  bytes.writeInt32BE(7, leaderEpochAt);
  const next = BigInt(from + records.length);
  const plain = { topic: 'orders', partition: 0, highWatermark: next, fetchOffset: BigInt(from), nextOffset: next };
  return { ...plain, records: bytes, stopAt: undefined, aborted: [], ...more };
}

const rowsOf = (count: number, at = 0): Written[] =>
  Array.from({ length: count }, (_, index): Written => [`k${at + index}`, `v${at + index}`]);

/** Answers what `push`, `fail` and `end` say, in their order. */
class MemoryFetcher implements Fetcher {
  readonly marks = new Map<number, bigint>();
  asked = 0;
  readonly #answers: Array<() => FetchedChunk[] | undefined> = [];
  #waiting: (() => void) | undefined;

  push(...chunks: FetchedChunk[]): void {
    for (const { partition, highWatermark } of chunks) this.marks.set(partition, highWatermark);
    this.#answer(() => chunks);
  }
  end(): void {
    this.#answer(() => undefined);
  }
  fail(error: Error): void {
    this.#answer(() => {
      throw error;
    });
  }
  #answer(answer: () => FetchedChunk[] | undefined): void {
    this.#answers.push(answer);
    this.#waiting?.();
  }

  async next(): Promise<FetchedChunk[] | undefined> {
    this.asked += 1;
    while (this.#answers.length === 0) await new Promise<void>((resolve) => (this.#waiting = resolve));
    return this.#answers.shift()!();
  }
  highWatermarks = () => this.marks;
  seek = () => {};
  pause = () => {};
  resume = () => {};
  close = async () => {};
}

/** Values are text: `?9:` in front needs schema 9 first, `poison` is no value, `broken` is no error of the value. */
class TextDecoderOfRows implements RowDecoder {
  readonly loaded: number[] = [];

  decode(batch: Batch, row: number, bytes: Uint8Array, start: number, end: number) {
    const text = Buffer.from(bytes.subarray(start, end)).toString();
    const id = /^\?(\d+):/.exec(text)?.[1];
    if (id !== undefined && !this.loaded.includes(Number(id))) return { unknown: Number(id) };
    put(batch.columns[0]!, row, 1);
    put(batch.columns[1]!, row, text);
    if (text === 'poison') throw new WorkbenchError('DECODE_FAILED', 'no value');
    if (text === 'broken') throw new WorkbenchError('REGISTRY_UNREACHABLE', 'away');
    return 'done' as const;
  }
  async load(schemaId: number): Promise<void> {
    this.loaded.push(schemaId);
  }
}

function open({ capacity = 10, keyColumn }: { capacity?: number; keyColumn?: number } = {}) {
  const fetcher = new MemoryFetcher();
  const decoder = new TextDecoderOfRows();
  const pool = new BatchPool(fields, capacity, 3);
  const progress = new Progress({ source: 'orders', decode: 'text', sink: 'none' });
  const reader = new TopicReader({ fetcher, decoder, pool, progress, keyColumn });
  return { fetcher, decoder, pool, progress, reader };
}

const textsOf = ({ columns, length }: Batch): Array<string | null> =>
  Array.from({ length }, (_, row) => textAt(columns[1]!, row));

function textAt(column: Batch['columns'][number], row: number): string | null {
  if (column.layout !== 'bytes' || !isValid(column, row)) return null;
  return Buffer.from(column.data.subarray(column.offsets[row], column.offsets[row + 1])).toString();
}

test('a row keeps its partition, offset, time and key; a key may be missing', async () => {
  const startedAt = performance.now();
  const { fetcher, reader, progress } = open();
  const from = 2 ** 33 + 5;
  fetcher.push(
    chunk(
      from,
      [
        ['a', 'x'],
        [null, 'y'],
        ['ccc', 'z'],
      ],
      { partition: 4 },
    ),
  );
  fetcher.end();
  const { batch, records, rejected, chunks } = (await reader.next())!;
  expect({ records, rejected, chunks: chunks.length }).toEqual({ records: 3, rejected: [], chunks: 1 });
  expect(textsOf(batch)).toEqual(['x', 'y', 'z']);
  expect([...batch.partition.subarray(0, 3)]).toEqual([4, 4, 4]);
  expect([...batch.offset.subarray(0, 3)]).toEqual([from, from + 1, from + 2].map(BigInt));
  expect([...batch.timestamp.subarray(0, 3)]).toEqual([1_000, 1_001, 1_002]);
  expect([0, 1, 2].map((row) => textAt(batch.key, row))).toEqual(['a', null, 'ccc']);
  expect(batch.ranges).toEqual([{ partition: 4, from: BigInt(from), next: BigInt(from + 3), leaderEpoch: 7 }]);
  expect(progress.firstFetchAt).toBeGreaterThan(startedAt);
  const tookMs = performance.now() - startedAt;
  for (const { latency } of [progress.source, progress.decode]) expect(latency.quantile(1)).toBeLessThan(tookMs);
  expect(progress.status(3, { lag: null, modelError: null }).stages.map(({ id, count }) => [id, count])).toEqual([
    ['source', 3n],
    ['decode', 3n],
    ['sink', 0n],
  ]);
});

test('a batch ends when it is full; the next goes on in the middle of the chunk', async () => {
  const { fetcher, reader, progress } = open({ capacity: 4 });
  const [first, second] = [chunk(0, rowsOf(6)), chunk(6, rowsOf(2, 6))];
  fetcher.push(first, second);
  fetcher.end();
  const one = (await reader.next())!;
  expect(textsOf(one.batch)).toEqual(['v0', 'v1', 'v2', 'v3']);
  expect(one.batch.ranges).toMatchObject([{ from: 0n, next: 4n }]);
  const two = (await reader.next())!;
  expect(textsOf(two.batch)).toEqual(['v4', 'v5', 'v6', 'v7']);
  expect(two.batch.ranges).toMatchObject([{ from: 4n, next: 8n }]);
  expect(two.chunks).toEqual([first, second]);
  expect(fetcher.asked, 'what was fetched is read before more of it').toBe(1);
  expect(progress.source.rate.count).toBe(8);
});

test('several partitions have a range each, in the end offsets of their chunks', async () => {
  const { fetcher, reader } = open();
  fetcher.push(chunk(0, rowsOf(2)), chunk(5, rowsOf(1), { partition: 1, nextOffset: 9n }), chunk(2, rowsOf(1)));
  fetcher.end();
  expect((await reader.next())!.batch.ranges).toEqual([
    { partition: 0, from: 0n, next: 3n, leaderEpoch: 7 },
    { partition: 1, from: 5n, next: 9n, leaderEpoch: 7 },
  ]);
});

test('a chunk without a record for us moves its offsets all the same', async () => {
  const { fetcher, reader } = open();
  fetcher.push(chunk(0, rowsOf(2), { fetchOffset: 2n, nextOffset: 12n }));
  fetcher.end();
  const { batch, records } = (await reader.next())!;
  expect(records).toBe(0);
  expect(batch.ranges).toMatchObject([{ from: 2n, next: 12n }]);
});

test('what can not be decoded is set aside with its place and reason, its row is written again', async () => {
  const { fetcher, reader, progress } = open({ capacity: 3 });
  fetcher.push(
    chunk(0, [
      ['a', 'x'],
      ['b', 'poison'],
      ['c', 'y'],
      ['d', 'z'],
    ]),
  );
  fetcher.end();
  const read = (await reader.next())!;
  expect(textsOf(read.batch)).toEqual(['x', 'y']);
  expect(read.records).toBe(3);
  expect(read.rejected).toMatchObject([
    { partition: 0, offset: 1n, stage: 'decode', reason: { code: 'DECODE_FAILED' } },
  ]);
  expect(read.batch.ranges).toMatchObject([{ from: 0n, next: 3n }]);
  expect(progress.decode.errors).toBe(1);
  expect(progress.source.rate.count).toBe(3);
});

test('an unknown schema is loaded once, between two records', async () => {
  const { fetcher, reader, decoder, progress } = open();
  fetcher.push(
    chunk(0, [
      ['a', 'x'],
      ['b', '?9:y'],
      ['c', '?9:z'],
    ]),
  );
  fetcher.end();
  const read = (await reader.next())!;
  expect(textsOf(read.batch)).toEqual(['x', '?9:y', '?9:z']);
  expect(decoder.loaded).toEqual([9]);
  expect(progress.source.rate.count).toBe(3);
});

test('an error that is none of the value ends the reading', async () => {
  const { fetcher, reader } = open();
  fetcher.push(chunk(0, [['a', 'broken']]));
  await expect(reader.next()).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
});

test('a tombstone has its key and nothing else', async () => {
  const { fetcher, reader } = open({ keyColumn: 0 });
  fetcher.push(
    chunk(0, [
      ['1', 'x'],
      ['42', null],
      ['3', 'y'],
    ]),
  );
  fetcher.end();
  const { batch, rejected } = (await reader.next())!;
  expect(rejected).toEqual([]);
  expect([...batch.tombstone.subarray(0, 3)]).toEqual([0, 1, 0]);
  expect(batch.tombstones).toBe(1);
  expect((batch.columns[0] as { values: BigInt64Array }).values[1]).toBe(42n);
  expect(textsOf(batch)).toEqual(['x', null, 'y']);
});

test.each([
  ['without a key', 0, [null, null], /without a key/],
  ['where no key field is named', undefined, ['1', null], /names no key field/],
  ['whose key is no number', 0, ['one', null], /"one" is no int64/],
] as Array<[string, number | undefined, Written, RegExp]>)(
  'a tombstone %s is set aside',
  async (_, keyColumn, record, reason) => {
    const { fetcher, reader } = open(keyColumn === undefined ? {} : { keyColumn });
    fetcher.push(chunk(0, [record, ['2', 'y']]));
    fetcher.end();
    const { batch, rejected } = (await reader.next())!;
    expect(rejected.map((one) => one.reason.message)).toEqual([expect.stringMatching(reason)]);
    expect({ length: batch.length, tombstones: batch.tombstones, tombstone: batch.tombstone[0] }).toEqual({
      length: 1,
      tombstones: 0,
      tombstone: 0,
    });
  },
);

test('at the end of what was asked for there is no batch, and its memory is free', async () => {
  const { fetcher, reader, pool } = open();
  fetcher.push(chunk(0, rowsOf(1)));
  fetcher.end();
  expect((await reader.next())?.records).toBe(1);
  expect(await reader.next()).toBeUndefined();
  expect(await reader.next()).toBeUndefined();
  expect((await pool.take()).length).toBe(0);
});

test('a failed fetch is thrown to whoever reads on', async () => {
  const { fetcher, reader } = open();
  const away = new WorkbenchError('KAFKA_REJECTED', 'that offset is gone');
  fetcher.push(chunk(0, rowsOf(1), { highWatermark: 1n }));
  expect((await reader.next())?.records).toBe(1);
  fetcher.fail(away);
  await expect(reader.next()).rejects.toBe(away);
});

test('a lone record is not kept waiting', async () => {
  const { fetcher, reader } = open();
  fetcher.push(chunk(0, rowsOf(1)));
  expect((await reader.next())?.records).toBe(1);
  expect(waits).toEqual([0]);
});

test('records that the topic is known to hold are waited for a little', async () => {
  const { fetcher, reader } = open();
  fetcher.push(chunk(0, rowsOf(1), { highWatermark: 3n }), chunk(0, rowsOf(1), { partition: 1 }));
  const reading = reader.next();
  await vi.waitFor(() => expect(waits).toEqual([50]));
  fetcher.push(chunk(1, rowsOf(2, 1)));
  expect(textsOf((await reading)!.batch)).toEqual(['v0', 'v0', 'v1', 'v2']);
  expect(waits).toEqual([50, 0]);
});
