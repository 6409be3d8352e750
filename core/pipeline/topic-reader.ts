/**
 * The source: fills batches from the topic's raw record batches, in the order of each partition.
 *
 * A batch ends when it is full or when everything the topic holds was read: a lone record is not kept waiting. What can't
 * be decoded is set aside with its reason; the rows around it go on.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Batch, PartitionRange } from '#core/columns/batch.ts';
import { type BytesColumn, reserve, setNull, setValid } from '#core/columns/column.ts';
import { toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import { type FetchedChunk, type Fetcher, loadOptions } from '#core/kafka/fetch.ts';
import { RecordCursor } from '#core/kafka/protocol/record-batch.ts';
import type { BatchPool } from './batch-pool.ts';
import { writeKeyText } from './key-text.ts';
import type { Progress } from './progress.ts';
import type { RowDecoder } from './row-decoder.ts';

/** A record that can't become a row, and why. */
export interface Rejected {
  readonly partition: number;
  readonly offset: bigint;
  readonly stage: 'decode' | 'sink';
  readonly reason: Error;
}

export interface ReadBatch {
  readonly batch: Batch;
  /** Records covered: rows and rejected ones. */
  readonly records: number;
  readonly rejected: readonly Rejected[];
  /** The raw bytes the rows came from, for dead letters. */
  readonly chunks: readonly FetchedChunk[];
}

export interface ReaderOptions {
  readonly fetcher: Fetcher;
  readonly pool: BatchPool;
  readonly decoder: RowDecoder;
  /** Column that a tombstone's key is written to; undefined when the definition names none. */
  readonly keyColumn: number | undefined;
  readonly progress: Progress;
}

/** How long a batch that is not full waits for records which the topic is known to hold. */
const lingerMs = 50;
const two32 = 4_294_967_296;

export class TopicReader {
  readonly #options: ReaderOptions;
  readonly #cursor = new RecordCursor();
  readonly #waiting: FetchedChunk[] = [];
  #current: FetchedChunk | undefined;
  /** The cursor stands on a record that is not in a batch yet. */
  #isOnRecord = false;
  /** Never rejects: nobody may be waiting for it when it fails. */
  #upcoming: Promise<void> | undefined;
  #failure: unknown;
  #hasEnded = false;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** The next batch with at least one record covered; undefined at the end of what was asked for. */
  async next(): Promise<ReadBatch | undefined> {
    const { pool, progress } = this.#options;
    const batch = await pool.take();
    const filling = new Filling(batch);
    // The batch before may have ended in the middle of it.
    if (this.#current !== undefined) filling.chunks.push(this.#current);
    while (!filling.isFull && (await this.#hasChunk(filling))) {
      progress.firstFetchAt ??= performance.now();
      const startedAt = performance.now();
      const unknown = this.#fill(filling);
      const read = filling.takeUncounted();
      progress.source.rate.add(read);
      progress.decode.add(read, performance.now() - startedAt);
      if (unknown !== undefined) await this.#options.decoder.load(unknown);
    }
    if (filling.isEmpty) {
      pool.give(batch);
      return undefined;
    }
    batch.ranges = filling.ranges();
    progress.decode.errors += filling.rejected.length;
    return {
      batch,
      records: batch.length + filling.rejected.length,
      rejected: filling.rejected,
      chunks: filling.chunks,
    };
  }

  /** Makes `#current` a chunk to read on; false when the batch should go as it is. */
  async #hasChunk(filling: Filling): Promise<boolean> {
    if (this.#current !== undefined) return true;
    if (this.#waiting.length === 0 && !this.#hasEnded) {
      this.#upcoming ??= this.#fetch();
      if (filling.isEmpty) await this.#upcoming;
      else await Promise.race([this.#upcoming, delay(this.#isBehind(filling) ? lingerMs : 0)]);
    }
    if (this.#failure !== undefined) throw this.#failure;
    this.#current = this.#waiting.shift();
    if (this.#current === undefined) return false;
    const { records } = this.#current;
    this.#cursor.load(records, loadOptions(this.#current));
    filling.chunks.push(this.#current);
    return true;
  }

  async #fetch(): Promise<void> {
    const startedAt = performance.now();
    try {
      const chunks = await this.#options.fetcher.next();
      if (chunks === undefined) this.#hasEnded = true;
      else this.#waiting.push(...chunks);
      this.#options.progress.source.latency.add(performance.now() - startedAt);
    } catch (error) {
      this.#failure = error;
    }
    this.#upcoming = undefined;
  }

  #isBehind(filling: Filling): boolean {
    const marks = this.#options.fetcher.highWatermarks();
    return filling.positions().some(([partition, next]) => next < (marks.get(partition) ?? 0n));
  }

  /** Reads on in the current chunk until it ends, the batch is full, or a schema is missing: answers its id. */
  #fill(filling: Filling): number | undefined {
    const chunk = this.#current!;
    while (!filling.isFull) {
      if (!this.#isOnRecord && !this.#cursor.next()) {
        filling.advance(chunk.partition, Number(chunk.fetchOffset), Number(chunk.nextOffset), this.#cursor.leaderEpoch);
        this.#current = undefined;
        return undefined;
      }
      this.#isOnRecord = true;
      const unknown = this.#read(filling, chunk.partition);
      if (unknown !== undefined) return unknown;
      this.#isOnRecord = false;
    }
    return undefined;
  }

  #read(filling: Filling, partition: number): number | undefined {
    const { batch } = filling;
    const { offset } = this.#cursor;
    try {
      const decoding = this.#decode(batch);
      if (decoding !== 'done') return decoding.unknown;
      this.#writeOrigin(batch, partition);
      batch.length += 1;
    } catch (reason) {
      if (toErrorData(reason).code !== 'DECODE_FAILED') throw reason;
      batch.tombstone[batch.length] = 0;
      filling.rejected.push({ partition, offset: BigInt(offset), stage: 'decode', reason: reason as Error });
    }
    filling.advance(partition, offset, offset + 1, this.#cursor.leaderEpoch);
    return undefined;
  }

  #decode(batch: Batch): ReturnType<RowDecoder['decode']> {
    const { bytes, valueStart, valueEnd } = this.#cursor;
    if (valueStart >= 0) return this.#options.decoder.decode(batch, batch.length, bytes, valueStart, valueEnd);
    this.#writeTombstone(batch);
    return 'done';
  }

  #writeTombstone(batch: Batch): void {
    const { keyColumn } = this.#options;
    const { bytes, keyStart, keyEnd } = this.#cursor;
    if (keyColumn === undefined || keyStart < 0) {
      const missing = keyStart < 0 ? 'a tombstone without a key' : 'a tombstone, and the definition names no key field';
      throw new WorkbenchError('DECODE_FAILED', `${missing}: nothing says which row to delete`);
    }
    const row = batch.length;
    for (const column of batch.columns) setNull(column, row);
    writeKeyText(batch.columns[keyColumn]!, row, bytes, keyStart, keyEnd);
    batch.tombstone[row] = 1;
    batch.tombstones += 1;
  }

  #writeOrigin(batch: Batch, partition: number): void {
    const row = batch.length;
    const { offset, timestamp, bytes, keyStart, keyEnd } = this.#cursor;
    batch.partition[row] = partition;
    batch.offsetWords[2 * row] = offset | 0;
    batch.offsetWords[2 * row + 1] = Math.floor(offset / two32);
    batch.timestamp[row] = timestamp;
    if (keyStart < 0) setNull(batch.key, row);
    else writeKey(batch.key, row, bytes, keyStart, keyEnd);
  }
}

/** Byte by byte: a subarray to copy from would be an object for each record. */
function writeKey(column: BytesColumn, row: number, bytes: Uint8Array, start: number, end: number): void {
  reserve(column, row, end - start);
  const { data, offsets } = column;
  let at = offsets[row]!;
  for (let index = start; index < end; index++) data[at++] = bytes[index]!;
  offsets[row + 1] = at;
  setValid(column, row);
}

/** What is known of a batch while it is filled. */
class Filling {
  readonly batch: Batch;
  readonly rejected: Rejected[] = [];
  readonly chunks: FetchedChunk[] = [];
  readonly #ranges = new Map<number, { from: number; next: number; leaderEpoch: number }>();
  #counted = 0;

  constructor(batch: Batch) {
    this.batch = batch;
  }

  get isEmpty(): boolean {
    return this.#ranges.size === 0;
  }

  /** Rejected records count too: a topic of nothing else must not pile up in memory. */
  get isFull(): boolean {
    return this.batch.length + this.rejected.length >= this.batch.capacity;
  }

  advance(partition: number, from: number, next: number, leaderEpoch: number): void {
    const range = this.#ranges.get(partition);
    if (range === undefined) {
      this.#ranges.set(partition, { from, next, leaderEpoch });
      return;
    }
    range.next = next;
    range.leaderEpoch = leaderEpoch;
  }

  positions(): Array<[partition: number, next: bigint]> {
    return [...this.#ranges].map(([partition, { next }]) => [partition, BigInt(next)]);
  }

  ranges(): PartitionRange[] {
    return [...this.#ranges].map(([partition, { from, next, leaderEpoch }]) => {
      return { partition, from: BigInt(from), next: BigInt(next), leaderEpoch };
    });
  }

  /** Records covered since the last call. */
  takeUncounted(): number {
    const all = this.batch.length + this.rejected.length;
    const added = all - this.#counted;
    this.#counted = all;
    return added;
  }
}
