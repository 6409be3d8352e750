/**
 * Walks the records of raw record batches in place: one mutable cursor, nothing allocated for a record.
 *
 * Use: `load`, then `next()` until it is false; between two calls the fields describe one record. `bytes` is the
 * response itself, or the decompressed block of the current batch: copy what must outlive the next call.
 */
import { crc32c, Writer } from '@platformatic/kafka';
import { toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import {
  attributesAt,
  baseTimestampAt,
  batchEnd,
  batchHeaderBytes,
  codecMask,
  controlBit,
  crcAt,
  leaderEpochAt,
  logAppendTimeBit,
  magicAt,
  maxTimestampAt,
  nextOffsetOf,
  producerIdAt,
  readBigInt64,
  readInt32,
  readInt64,
  recordCountAt,
  transactionalBit,
} from './batch-header.ts';
import { Decompressor } from './compression.ts';

export interface RecordHeader {
  readonly name: string;
  readonly value: Uint8Array<ArrayBuffer> | null;
}

/** A transaction that was rolled back: records of this producer from this offset to its abort marker do not count. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface LoadOptions {
  /** Records before are skipped: a broker answers with the whole batch that holds the asked offset. */
  readonly from?: number;
  /** The walk ends before this offset. */
  readonly until?: number;
  /** In order of the first offset, as the broker sends them. */
  readonly aborted?: readonly AbortedTransaction[];
  /** What an error names, for example "flights, partition 3". */
  readonly origin?: string;
}

export interface RecordCursorOptions {
  /** Off unless given: the broker and TCP check the bytes too, and it takes 0.2 s a GB, a tenth of the whole fetch. */
  readonly checkCrc?: boolean;
}

const noBytes = new Uint8Array(0);
const noneAborted: readonly AbortedTransaction[] = [];

export class RecordCursor {
  offset = 0;
  /** Milliseconds since 1970-01-01 UTC; −1 where the record has none. */
  timestamp = 0;
  /** Where the ranges below lie. −1 to −1 is null. */
  bytes: Uint8Array = noBytes;
  keyStart = -1;
  keyEnd = -1;
  valueStart = -1;
  valueEnd = -1;
  headersStart = 0;
  headersEnd = 0;
  /** Of the batch: −1 where the broker does not tell. */
  leaderEpoch = -1;
  /** Of the batch: codec, timestamp type, transactional, control. */
  attributes = 0;
  /** After the last batch entered, also when its last records were compacted away or it held none for us. */
  nextOffset = 0;

  readonly #checkCrc: boolean;
  readonly #decompressor = new Decompressor();
  #response: Buffer = Buffer.alloc(0);
  #batchAt = 0;
  #from = 0;
  #until = Number.POSITIVE_INFINITY;
  #origin = '';
  #aborted: readonly AbortedTransaction[] = noneAborted;
  #abortedAt = 0;
  readonly #abortedProducers = new Set<bigint>();

  #at = 0;
  #end = 0;
  #recordsLeft = 0;
  #baseOffset = 0;
  #baseTimestamp = 0;
  #isAppendTime = false;

  constructor(options: RecordCursorOptions = {}) {
    this.#checkCrc = options.checkCrc ?? false;
  }

  /** Record batches; a partial one at the end is ignored, as the protocol wants. */
  load(bytes: Buffer, options: LoadOptions = {}): void {
    this.#response = bytes;
    this.#batchAt = 0;
    this.#from = options.from ?? 0;
    this.#until = options.until ?? Number.POSITIVE_INFINITY;
    this.#origin = options.origin ?? '';
    this.#aborted = options.aborted ?? noneAborted;
    this.#abortedAt = 0;
    this.#abortedProducers.clear();
    this.#recordsLeft = 0;
    this.nextOffset = this.#from;
  }

  /** The next record; false at the end. Throws KAFKA_REJECTED for damaged batches and formats before Kafka 0.11. */
  next(): boolean {
    for (;;) {
      while (this.#recordsLeft > 0) {
        this.#recordsLeft -= 1;
        this.#readRecord();
        if (this.offset < this.#from) continue;
        if (this.offset < this.#until) return true;
        return this.#finish();
      }
      if (!this.#enterBatch()) return false;
    }
  }

  /** A copy of the current record's key, null where it has none. */
  key(): Uint8Array<ArrayBuffer> | null {
    return copyOf(this.bytes, this.keyStart, this.keyEnd);
  }

  /** A copy of the current record's value, null for a tombstone. */
  value(): Uint8Array<ArrayBuffer> | null {
    return copyOf(this.bytes, this.valueStart, this.valueEnd);
  }

  /** A copy of the current record's headers, in order and with duplicates. */
  headers(): RecordHeader[] {
    const reader = new VarintReader(this.bytes, this.headersStart);
    const found: RecordHeader[] = [];
    for (let left = reader.next(); left > 0; left--) {
      const name = reader.copy(reader.next()) ?? noBytes;
      found.push({ name: Buffer.from(name).toString(), value: reader.copy(reader.next()) });
    }
    return found;
  }

  #finish(): boolean {
    this.nextOffset = this.#until;
    this.#batchAt = this.#response.length;
    this.#recordsLeft = 0;
    return false;
  }

  #readRecord(): void {
    const length = this.#varint();
    const recordEnd = this.#at + length;
    if (length <= 0 || recordEnd > this.#end) throw this.#damaged('a record runs past its batch');
    this.#at += 1; // attributes: none are defined
    const timestampDelta = this.#varlong();
    this.offset = this.#baseOffset + this.#varint();
    if (!this.#isAppendTime) this.timestamp = this.#baseTimestamp + timestampDelta;

    const keyLength = this.#varint();
    this.keyStart = keyLength < 0 ? -1 : this.#at;
    this.keyEnd = keyLength < 0 ? -1 : this.#at + keyLength;
    if (keyLength > 0) this.#at += keyLength;
    const valueLength = this.#varint();
    this.valueStart = valueLength < 0 ? -1 : this.#at;
    this.valueEnd = valueLength < 0 ? -1 : this.#at + valueLength;
    if (valueLength > 0) this.#at += valueLength;
    if (this.#at > recordEnd) throw this.#damaged('a key or value runs past its record');

    this.headersStart = this.#at;
    this.headersEnd = recordEnd;
    this.#at = recordEnd;
  }

  #varint(): number {
    const bytes = this.bytes;
    let at = this.#at;
    let byte = bytes[at++]!;
    let zigzag = byte & 0x7f;
    for (let shift = 7; byte > 0x7f && shift < 35; shift += 7) {
      byte = bytes[at++]!;
      zigzag |= (byte & 0x7f) << shift;
    }
    this.#at = at;
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  /** Up to 64 bits on the wire; exact up to 2^53. */
  #varlong(): number {
    const bytes = this.bytes;
    let at = this.#at;
    let byte = bytes[at++]!;
    let zigzag = byte & 0x7f;
    for (let shift = 7; byte > 0x7f && shift < 28; shift += 7) {
      byte = bytes[at++]!;
      zigzag |= (byte & 0x7f) << shift;
    }
    let wide = zigzag;
    for (let unit = 2 ** 28; byte > 0x7f; unit *= 128) {
      byte = bytes[at++]!;
      wide += (byte & 0x7f) * unit;
    }
    this.#at = at;
    if (wide === zigzag) return (zigzag >>> 1) ^ -(zigzag & 1);
    return wide % 2 === 0 ? wide / 2 : -(wide + 1) / 2;
  }

  /** Steps to the next batch that has records for us. */
  #enterBatch(): boolean {
    for (;;) {
      const response = this.#response;
      const at = this.#batchAt;
      if (response.length - at > magicAt && response[at + magicAt]! < 2)
        throw oldFormat(readInt64(response, at), this.#origin);
      const after = batchEnd(response, at);
      if (after < 0) return false;
      this.#baseOffset = readInt64(response, at);
      if (this.#baseOffset >= this.#until) return this.#finish();
      this.#batchAt = after;
      this.nextOffset = nextOffsetOf(response, at);
      if (this.nextOffset <= this.#from) continue;
      if (this.#checkCrc && !isIntact(response, at, after)) throw this.#damaged('its checksum does not match');
      const attributes = ((response[at + attributesAt]! << 8) | response[at + attributesAt + 1]!) & 0xffff;
      if (this.#isNotForUs(attributes, at)) continue;
      this.#openBatch(attributes, at, after);
      if (this.#recordsLeft > 0) return true;
    }
  }

  #openBatch(attributes: number, at: number, after: number): void {
    const response = this.#response;
    this.attributes = attributes;
    this.leaderEpoch = readInt32(response, at + leaderEpochAt);
    this.#baseTimestamp = readInt64(response, at + baseTimestampAt);
    this.#isAppendTime = (attributes & logAppendTimeBit) !== 0;
    if (this.#isAppendTime) this.timestamp = readInt64(response, at + maxTimestampAt);
    this.#recordsLeft = readInt32(response, at + recordCountAt);
    const codec = attributes & codecMask;
    if (codec === 0) {
      this.bytes = response;
      this.#at = at + batchHeaderBytes;
      this.#end = after;
      return;
    }
    if (this.#recordsLeft > 0) this.bytes = this.#decompress(codec, response.subarray(at + batchHeaderBytes, after));
    this.#at = 0;
    this.#end = this.bytes.length;
  }

  #decompress(codec: number, block: Buffer): Buffer {
    try {
      return this.#decompressor.decompress(codec, block);
    } catch (cause) {
      const { code, message } = toErrorData(cause);
      if (code === 'MISSING_COMPONENT') throw cause;
      throw this.#damaged(`it cannot be decompressed: ${message}`);
    }
  }

  /** Control batches end transactions and hold no records of users; batches of rolled back transactions do not count. */
  #isNotForUs(attributes: number, at: number): boolean {
    const isControl = (attributes & controlBit) !== 0;
    if ((attributes & transactionalBit) === 0 || this.#aborted.length === 0) return isControl;
    const producerId = readBigInt64(this.#response, at + producerIdAt);
    for (; this.#abortedAt < this.#aborted.length; this.#abortedAt++) {
      const next = this.#aborted[this.#abortedAt]!;
      if (Number(next.firstOffset) >= this.nextOffset) break;
      this.#abortedProducers.add(next.producerId);
    }
    if (isControl) this.#abortedProducers.delete(producerId);
    return isControl || this.#abortedProducers.has(producerId);
  }

  #damaged(what: string): WorkbenchError {
    return new WorkbenchError('KAFKA_REJECTED', `The record batch at offset ${this.#baseOffset} is damaged: ${what}.`, {
      object: this.#origin || undefined,
      nextStep: 'Read the same offset with another client; if it fails too, skip the offset.',
    });
  }
}

/** `origin`: what the error names, for example "flights, partition 3". */
export function oldFormat(offset: number, origin: string): WorkbenchError {
  return new WorkbenchError(
    'KAFKA_REJECTED',
    `The records at offset ${offset} are in the message format of Kafka before 0.11, which is not read.`,
    {
      object: origin || undefined,
      nextStep: 'Copy the topic with a client of Kafka 0.11 to 3.x, then read the copy.',
    },
  );
}

/** `slice` would not do: where the bytes are a Buffer, it is a view of them. */
function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array<ArrayBuffer> | null {
  return start < 0 ? null : new Uint8Array(bytes.subarray(start, end));
}

function isIntact(bytes: Buffer, at: number, after: number): boolean {
  // The library's native checksum copies a plain buffer, but not one inside its own buffer type.
  const covered = Writer.create().append(bytes.subarray(at + attributesAt, after)).dynamicBuffer;
  return crc32c(covered) === readInt32(bytes, at + crcAt) >>> 0;
}

class VarintReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  next(): number {
    let zigzag = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes[this.#at++]!;
      zigzag |= (byte & 0x7f) << shift;
      if (byte <= 0x7f) break;
    }
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  copy(length: number): Uint8Array<ArrayBuffer> | null {
    if (length < 0) return null;
    this.#at += length;
    return copyOf(this.#bytes, this.#at - length, this.#at);
  }
}
