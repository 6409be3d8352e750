/**
 * One partition: segments in order, the offsets that exist, the producers that wrote, and who waits for more.
 *
 * Everything is synchronous: the file is in the page cache, where a read or write takes microseconds, and so no
 * reader ever sees half an append. The directory appears with the first record.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../replace-file.ts';
import { ErrorCode, ProtocolError } from '../wire/error-codes.ts';
import { buildMarker, type MarkerOwner } from './marker.ts';
import type { OpenFiles } from './open-files.ts';
import { ProducerStates } from './producer-state.ts';
import {
  assignOffsets,
  attribute,
  type BatchHeader,
  batchHeaderSize,
  batchLastOffset,
  batchSize,
  stampAppendTime,
} from './record-batch.ts';
import { type AbortedTransaction, type Located, Segment } from './segment.ts';

/** A single broker never changes the leader. */
export const leaderEpoch = 0;
const checkpointEveryBytes = 64 << 20;

export interface LogLimits {
  readonly segmentBytes: number;
  readonly segmentMs: number;
  readonly appendTime: boolean;
}

export interface Appended {
  readonly baseOffset: number;
  /** The broker's time, when the topic is stamped with it; else -1. */
  readonly appendTimeMs: number;
  readonly duplicate: boolean;
}

export interface ReadResult {
  readonly bytes: Buffer;
  /** The offset behind the last batch in `bytes`. */
  readonly nextOffset: number;
}

export interface ReadOptions {
  readonly maxBytes: number;
  /** Nothing at or behind this offset is returned. */
  readonly limit: number;
  /** Return the first batch even when it is larger than `maxBytes`. */
  readonly atLeastOne: boolean;
  /** Where the bytes go; new memory unless given. */
  readonly allocate?: ((length: number) => Buffer) | undefined;
}

export interface PartitionLogOptions {
  readonly directory: string;
  readonly files: OpenFiles;
  readonly limits: () => LogLimits;
  readonly log: (line: string) => void;
}

export class PartitionLog {
  readonly directory: string;
  readonly producers = new ProducerStates();
  segments: Segment[] = [];
  /** Called after each append with its size; a waiting fetch is one of them. */
  readonly onAppend = new Set<(bytes: number) => void>();
  readonly #options: PartitionLogOptions;
  #start = 0;
  /** Where the reads of sequential consumers go on: next offset → position, in the segment of that offset. */
  readonly #positions = new Map<number, number>();
  #isDeleted = false;
  /** Compaction has seen everything before this offset. */
  compactedTo = 0;

  constructor(options: PartitionLogOptions) {
    this.#options = options;
    this.directory = options.directory;
    if (existsSync(this.directory)) this.#recover();
  }

  #recover(): void {
    const names = readdirSync(this.directory);
    const bases = names.filter((name) => /^\d{20}\.log$/.test(name)).map((name) => Number(name.slice(0, 20)));
    for (const name of names) if (/\.(new|cleaned)$/.test(name)) rmSync(join(this.directory, name), { force: true });
    for (const base of bases.sort((a, b) => a - b)) {
      const segment = new Segment(this.directory, base, this.#options.files);
      const torn = segment.recover(this.producers, ({ header, position }) =>
        this.#noteControl(segment, header, position),
      );
      if (torn > 0) this.#options.log(`${segment.path}: ${torn} bytes of a torn batch cut off`);
      this.segments.push(segment);
    }
    const first = this.segments[0]?.baseOffset ?? 0;
    this.#start = Math.max(first, this.#readNumber('start-offset'));
    this.compactedTo = this.#readNumber('compacted-to');
    if (this.segments.length === 0 && this.#start > 0) this.#addSegment(this.#start);
  }

  get startOffset(): number {
    return this.#start;
  }

  get endOffset(): number {
    return this.segments.at(-1)?.nextOffset ?? 0;
  }

  /** Up to here a `read_committed` consumer may read: the first open transaction, or the end. */
  get lastStableOffset(): number {
    return this.producers.firstOpenTransaction() ?? this.endOffset;
  }

  get bytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.size, 0);
  }

  /** Appends one checked batch, whose bytes are patched in place. */
  append(batch: Buffer, header: BatchHeader): Appended {
    const duplicate = this.producers.check(header);
    const { appendTime } = this.#options.limits();
    if (duplicate !== undefined) {
      const appendTimeMs = appendTime ? duplicate.maxTimestampMs : -1;
      return { baseOffset: duplicate.baseOffset, appendTimeMs, duplicate: true };
    }
    const nowMs = Date.now();
    const baseOffset = this.endOffset;
    assignOffsets(batch, baseOffset, leaderEpoch);
    if (appendTime) stampAppendTime(batch, nowMs);
    const placed: BatchHeader = {
      ...header,
      baseOffset,
      lastOffset: baseOffset + header.lastOffset - header.baseOffset,
      maxTimestampMs: appendTime ? nowMs : header.maxTimestampMs,
    };
    this.#write(batch, placed, nowMs);
    return { baseOffset, appendTimeMs: appendTime ? nowMs : -1, duplicate: false };
  }

  /** Ends the transaction of this producer in this partition. */
  appendMarker(owner: MarkerOwner, isCommit: boolean): void {
    const nowMs = Date.now();
    const { batch, header } = buildMarker(owner, { offset: this.endOffset, isCommit, nowMs });
    this.#write(batch, header, nowMs);
  }

  #write(batch: Buffer, header: BatchHeader, nowMs: number): void {
    if (this.#isDeleted) throw new ProtocolError(ErrorCode.unknownTopicOrPartition, 'the topic was deleted');
    const segment = this.#segmentFor(batch.length, nowMs);
    const position = segment.size;
    try {
      segment.append(batch, header);
    } catch (error) {
      throw new ProtocolError(ErrorCode.kafkaStorageError, `${segment.path}: ${String(error)}`);
    }
    this.#noteControl(segment, header, position);
    this.producers.record(header, nowMs);
    if (segment.uncheckpointed >= checkpointEveryBytes) this.#saveCheckpoint(segment);
    for (const wake of [...this.onAppend]) wake(batch.length);
  }

  /** Remembers the range that an abort marker ends. Call before `producers.record`, which forgets where it began. */
  #noteControl(segment: Segment, header: BatchHeader, position: number): void {
    if ((header.attributes & attribute.control) === 0) return;
    const firstOffset = this.producers.get(header.producerId)?.transactionStart;
    if (firstOffset === undefined) return;
    // The marker's one record: attributes, timestamp delta and offset delta, then a key of version and type.
    const record = segment.read(position + batchHeaderSize, 16);
    const isAbort = record[8] === 0;
    if (isAbort) {
      segment.aborted.push({ producerId: header.producerId, firstOffset, lastOffset: header.lastOffset });
    }
  }

  /** A checkpoint only saves time at the next start: without room for it the log goes on. */
  #saveCheckpoint(segment: Segment): void {
    try {
      segment.saveCheckpoint(this.producers);
    } catch (error) {
      this.#options.log(`${segment.path}: no checkpoint: ${String(error)}`);
    }
  }

  #segmentFor(bytes: number, nowMs: number): Segment {
    const active = this.segments.at(-1);
    if (active === undefined) return this.#addSegment(this.#start);
    const { segmentBytes, segmentMs } = this.#options.limits();
    const isOld = active.firstAppendMs !== undefined && nowMs - active.firstAppendMs >= segmentMs;
    if (active.size > 0 && (active.size + bytes > segmentBytes || isOld)) return this.roll();
    return active;
  }

  /** Begins a new segment, so that retention and compaction may take the one before. */
  roll(): Segment {
    const active = this.segments.at(-1);
    if (active !== undefined) this.#saveCheckpoint(active);
    this.#positions.clear();
    return this.#addSegment(this.endOffset);
  }

  #addSegment(baseOffset: number): Segment {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const segment = new Segment(this.directory, baseOffset, this.#options.files);
    this.segments.push(segment);
    return segment;
  }

  /** Whole batches from the one that holds `offset`. Throws OFFSET_OUT_OF_RANGE. */
  read(offset: number, { maxBytes, limit, atLeastOne, allocate }: ReadOptions): ReadResult {
    if (offset < this.#start || offset > this.endOffset) {
      throw new ProtocolError(
        ErrorCode.offsetOutOfRange,
        `offset ${offset} is not in ${this.#start}–${this.endOffset}`,
      );
    }
    const found = offset < limit ? this.#find(offset) : undefined;
    if (found === undefined) return { bytes: Buffer.alloc(0), nextOffset: offset };
    const { segment, position } = found;
    let bytes = segment.read(position, Math.max(maxBytes, batchHeaderSize), allocate);
    const first = batchSize(bytes, 0);
    if (first > maxBytes && !atLeastOne) return { bytes: Buffer.alloc(0), nextOffset: offset };
    if (first > bytes.length) bytes = segment.read(position, first, allocate);
    const whole = wholeBatches(bytes, Math.max(maxBytes, first), limit, offset);
    if (segment === this.segments.at(-1)) this.#remember(whole.nextOffset, position + whole.bytes.length);
    return whole;
  }

  #find(offset: number): { segment: Segment; position: number } | undefined {
    let index = this.segments.length - 1;
    while (index > 0 && this.segments[index]!.baseOffset > offset) index--;
    for (; index < this.segments.length; index++) {
      const segment = this.segments[index]!;
      const known = segment === this.segments.at(-1) ? this.#positions.get(offset) : undefined;
      const position = known ?? segment.locate(offset)?.position;
      if (position !== undefined) return { segment, position };
    }
    return undefined;
  }

  #remember(offset: number, position: number): void {
    this.#positions.delete(offset);
    this.#positions.set(offset, position);
    if (this.#positions.size > 16) this.#positions.delete(this.#positions.keys().next().value!);
  }

  /** The first batch, of those that reach `from`, that may hold a record at or after the time. */
  locateTime(timestampMs: number, from = this.#start): { segment: Segment; located: Located } | undefined {
    for (const segment of this.segments) {
      const located = segment.locateTime(timestampMs, from);
      if (located !== undefined) return { segment, located };
    }
    return undefined;
  }

  /** The first batch that has the largest timestamp of the log. */
  locateMaxTime(): { segment: Segment; located: Located } | undefined {
    const largest = Math.max(-1, ...this.segments.map((segment) => segment.maxTimestampFrom(this.#start)));
    return largest < 0 ? undefined : this.locateTime(largest);
  }

  /** Aborted transactions that touch offsets in `[from, to)`. */
  abortedBetween(from: number, to: number): AbortedTransaction[] {
    return this.segments
      .flatMap((segment) => segment.aborted)
      .filter((aborted) => aborted.lastOffset >= from && aborted.firstOffset < to);
  }

  /** Forgets records before `offset` (DeleteRecords, retention); segments that lie wholly before it are removed. */
  advanceStart(offset: number): void {
    if (offset <= this.#start) return;
    this.#writeNumber('start-offset', offset);
    this.#start = offset;
    while (this.segments.length > 1 && this.segments[0]!.nextOffset <= offset) this.segments.shift()!.remove();
  }

  setCompactedTo(offset: number): void {
    this.#writeNumber('compacted-to', offset);
    this.compactedTo = offset;
  }

  /** Puts another file in the place of a closed segment's, by `swap`, and reads it. */
  replace(old: Segment, swap: () => void): void {
    this.#options.files.close(old.path);
    const producers = old.checkpointedProducers();
    old.removeCheckpoint();
    swap();
    const segment = new Segment(this.directory, old.baseOffset, this.#options.files);
    segment.recover(new ProducerStates(), () => {});
    segment.aborted = old.aborted;
    segment.nextOffset = old.nextOffset;
    this.segments[this.segments.indexOf(old)] = segment;
    segment.saveCheckpoint(producers);
  }

  #readNumber(name: string): number {
    const path = join(this.directory, name);
    return existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
  }

  #writeNumber(name: string, value: number): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    replaceFile(join(this.directory, name), `${value}\n`);
  }

  /** The next start then reads no record. */
  close(): void {
    const active = this.segments.at(-1);
    if (active !== undefined) this.#saveCheckpoint(active);
  }

  /** Removes every file. Waiting fetches wake and learn that the topic is gone. */
  remove(): void {
    this.#isDeleted = true;
    for (const segment of this.segments) segment.remove();
    this.segments = [];
    rmSync(this.directory, { recursive: true, force: true });
    for (const wake of [...this.onAppend]) wake(Number.MAX_SAFE_INTEGER);
  }
}

/** Cuts `bytes` behind the last batch that is whole, within `maxBytes`, and ends before `limit`. */
function wholeBatches(bytes: Buffer, maxBytes: number, limit: number, offset: number): ReadResult {
  let end = 0;
  let nextOffset = offset;
  const most = Math.min(bytes.length, maxBytes);
  while (end + batchHeaderSize <= most) {
    const size = batchSize(bytes, end);
    const last = batchLastOffset(bytes, end);
    if (end + size > most || last >= limit) break;
    end += size;
    nextOffset = last + 1;
  }
  return { bytes: bytes.subarray(0, end), nextOffset };
}
