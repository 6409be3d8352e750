/**
 * One file of record batches and what is known of it: size, index, largest timestamp.
 *
 * A checkpoint beside it (`.checkpoint`) says all that for the first so many bytes; after a crash only
 * the bytes behind it are read and checked. A file shorter than its checkpoint has no valid checkpoint.
 */
import { existsSync, fstatSync, ftruncateSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { checksum } from '../journal.ts';
import { replaceFile } from '../replace-file.ts';
import type { OpenFiles } from './open-files.ts';
import { type Producer, ProducerStates } from './producer-state.ts';
import { type BatchHeader, batchHeaderSize, batchSize, isBatchIntact, readBatchHeader } from './record-batch.ts';
import { SparseIndex } from './sparse-index.ts';

const scanBytes = 1 << 20;
const checkpointVersion = 1;

export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
  /** Offset of the abort marker. */
  readonly lastOffset: number;
}

interface Checkpoint {
  readonly version: number;
  readonly size: number;
  readonly nextOffset: number;
  readonly maxTimestampMs: number;
  readonly index: [number[], number[], number[]];
  readonly producers: [number, Producer][];
  readonly aborted: AbortedTransaction[];
}

export interface Located {
  readonly position: number;
  readonly header: BatchHeader;
}

export class Segment {
  readonly baseOffset: number;
  readonly path: string;
  size = 0;
  /** The offset behind the last batch. */
  nextOffset: number;
  maxTimestampMs = -1;
  /** When the first batch was appended or found: `segment.ms` counts from here. */
  firstAppendMs: number | undefined;
  readonly index = new SparseIndex();
  aborted: AbortedTransaction[] = [];
  readonly #files: OpenFiles;
  #checkpointedSize = 0;

  constructor(directory: string, baseOffset: number, files: OpenFiles) {
    this.baseOffset = baseOffset;
    this.nextOffset = baseOffset;
    this.path = join(directory, `${String(baseOffset).padStart(20, '0')}.log`);
    this.#files = files;
  }

  get #fd(): number {
    return this.#files.descriptor(this.path);
  }

  /** Writes one batch at the end. When it fails, the file is as before and the error is thrown. */
  append(batch: Buffer, header: BatchHeader): void {
    const fd = this.#fd;
    try {
      for (let done = 0; done < batch.length; )
        done += writeSync(fd, batch, done, batch.length - done, this.size + done);
    } catch (error) {
      ftruncateSync(fd, this.size);
      throw error;
    }
    this.firstAppendMs ??= Date.now();
    this.#note(header);
  }

  #note(header: BatchHeader): void {
    this.index.add(header.baseOffset, this.size, this.maxTimestampMs);
    this.size += header.size;
    this.nextOffset = header.lastOffset + 1;
    if (header.maxTimestampMs > this.maxTimestampMs) this.maxTimestampMs = header.maxTimestampMs;
  }

  /** Up to `length` bytes from `position`, in memory that `allocate` gives. */
  read(position: number, length: number, allocate: (length: number) => Buffer = Buffer.allocUnsafeSlow): Buffer {
    const bytes = allocate(Math.min(length, this.size - position));
    return bytes.subarray(0, readSync(this.#fd, bytes, 0, bytes.length, position));
  }

  /** The batch headers from `position` on, in order. */
  *headers(position = 0): Generator<Located> {
    let window: Buffer = Buffer.alloc(0);
    let windowStart = position;
    for (let at = position; at + batchHeaderSize <= this.size; ) {
      if (at + batchHeaderSize > windowStart + window.length) {
        window = this.read(at, 65_536);
        windowStart = at;
      }
      const header = readBatchHeader(window, at - windowStart);
      yield { position: at, header };
      at += header.size;
    }
  }

  /** The first batch that reaches `offset`; undefined when all end before it. */
  locate(offset: number): Located | undefined {
    for (const located of this.headers(this.index.floor(offset))) {
      if (located.header.lastOffset >= offset) return located;
    }
    return undefined;
  }

  /** The first batch, of those that reach `from`, with a record at or after that time. */
  locateTime(timestampMs: number, from: number): Located | undefined {
    if (this.maxTimestampMs < timestampMs) return undefined;
    const position = Math.max(this.index.floorByTime(timestampMs), this.index.floor(from));
    for (const located of this.headers(position)) {
      if (located.header.maxTimestampMs >= timestampMs && located.header.lastOffset >= from) return located;
    }
    return undefined;
  }

  /** The largest timestamp of the batches from `start` on; -1 when there is none. */
  maxTimestampFrom(start: number): number {
    if (start <= this.baseOffset) return this.maxTimestampMs;
    let largest = -1;
    for (const { header } of this.headers(this.index.floor(start))) {
      if (header.lastOffset >= start) largest = Math.max(largest, header.maxTimestampMs);
    }
    return largest;
  }

  /**
   * Takes the file as found: from the checkpoint where one fits, else by reading every batch. What follows the last
   * intact batch is cut off. Returns how many bytes that was. `producers` is brought forward to the end of this segment.
   */
  recover(producers: ProducerStates, onBatch: (located: Located) => void): number {
    const fileSize = fstatSync(this.#fd).size;
    const checkpoint = this.#readCheckpoint(fileSize);
    if (checkpoint !== undefined) this.#takeCheckpoint(checkpoint, producers);
    this.firstAppendMs = fileSize > 0 ? Date.now() : undefined;
    this.#scan(fileSize, (located) => {
      this.#note(located.header);
      onBatch(located);
      producers.record(located.header, Date.now());
    });
    const torn = fileSize - this.size;
    if (torn > 0) ftruncateSync(this.#fd, this.size);
    return torn;
  }

  /** Walks intact batches from `this.size` to the end of the file, a window at a time. */
  #scan(fileSize: number, onBatch: (located: Located) => void): void {
    let wanted = scanBytes;
    while (this.size + batchHeaderSize <= fileSize) {
      const start = this.size;
      const window = Buffer.allocUnsafe(Math.min(wanted, fileSize - start));
      readSync(this.#fd, window, 0, window.length, start);
      for (let at = 0; isBatchIntact(window, at); at = this.size - start) {
        const header = readBatchHeader(window, at);
        if (header.baseOffset < this.nextOffset) return;
        onBatch({ position: start + at, header });
      }
      if (this.size > start) wanted = scanBytes;
      else if (window.length === fileSize - start || batchSize(window, 0) <= window.length) return;
      else wanted = Math.max(batchSize(window, 0), scanBytes);
    }
  }

  #takeCheckpoint(checkpoint: Checkpoint, producers: ProducerStates): void {
    this.size = checkpoint.size;
    this.#checkpointedSize = checkpoint.size;
    this.nextOffset = checkpoint.nextOffset;
    this.maxTimestampMs = checkpoint.maxTimestampMs;
    this.index.restore(checkpoint.index);
    this.aborted = checkpoint.aborted;
    producers.restore(checkpoint.producers);
  }

  get #checkpointPath(): string {
    return this.path.replace(/log$/, 'checkpoint');
  }

  #readCheckpoint(fileSize: number): Checkpoint | undefined {
    if (!existsSync(this.#checkpointPath)) return undefined;
    const text = readFileSync(this.#checkpointPath, 'utf8');
    const body = text.slice(9);
    if (text.slice(0, 8) !== checksum(body)) return undefined;
    const checkpoint = JSON.parse(body) as Checkpoint;
    return checkpoint.version === checkpointVersion && checkpoint.size <= fileSize ? checkpoint : undefined;
  }

  /** Bytes that the next start would have to read. */
  get uncheckpointed(): number {
    return this.size - this.#checkpointedSize;
  }

  saveCheckpoint(producers: ProducerStates): void {
    if (this.uncheckpointed === 0) return;
    const checkpoint: Checkpoint = {
      version: checkpointVersion,
      size: this.size,
      nextOffset: this.nextOffset,
      maxTimestampMs: this.maxTimestampMs,
      index: this.index.toJSON(),
      producers: producers.toJSON(),
      aborted: this.aborted,
    };
    const body = JSON.stringify(checkpoint);
    replaceFile(this.#checkpointPath, `${checksum(body)} ${body}`);
    this.#checkpointedSize = this.size;
  }

  /** The state of producers at the end of this segment, as the checkpoint of a closed segment has it. */
  checkpointedProducers(): ProducerStates {
    const producers = new ProducerStates();
    producers.restore(this.#readCheckpoint(this.size)?.producers ?? []);
    return producers;
  }

  removeCheckpoint(): void {
    rmSync(this.#checkpointPath, { force: true });
  }

  remove(): void {
    this.#files.close(this.path);
    rmSync(this.path, { force: true });
    rmSync(this.#checkpointPath, { force: true });
  }
}
