/** Looks inside a batch, where the log must: a search by time, compaction, and checks of compacted topics. */
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { decompressFrameSync } from 'lz4-napi';
import { uncompressSync } from 'snappy';
import { ErrorCode, ProtocolError } from '../wire/error-codes.ts';
import { attribute, type BatchHeader, batchHeaderSize } from './record-batch.ts';

/** What one batch may grow to when it is decompressed here. */
const mostBytes = 256 << 20;

export interface LogRecord {
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly isTombstone: boolean;
  /** The record with its length prefix, as it stands in the uncompressed batch. */
  readonly bytes: Buffer;
}

/** The records of a whole batch, uncompressed. Throws CORRUPT_MESSAGE when they are not what the header says. */
export function decompressRecords(batch: Buffer, attributes: number): Buffer {
  const packed = batch.subarray(batchHeaderSize);
  try {
    switch (attributes & attribute.compressionMask) {
      case 0:
        return packed;
      case 1:
        return gunzipSync(packed, { maxOutputLength: mostBytes });
      case 2:
        return snappy(packed);
      case 3:
        return decompressFrameSync(packed);
      case 4:
        return zstdDecompressSync(packed, { maxOutputLength: mostBytes });
    }
  } catch (error) {
    throw corrupt(`the records can not be decompressed: ${String(error)}`);
  }
  throw new ProtocolError(ErrorCode.unsupportedCompressionType, 'unknown compression');
}

const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);

/** Java's clients frame snappy blocks (xerial), others send one raw block. */
function snappy(packed: Buffer): Buffer {
  if (!packed.subarray(0, 8).equals(xerialMagic)) return uncompressSync(packed) as Buffer;
  const blocks: Buffer[] = [];
  for (let at = 16; at < packed.length; ) {
    const length = packed.readInt32BE(at);
    blocks.push(uncompressSync(packed.subarray(at + 4, at + 4 + length)) as Buffer);
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

export function* readRecords(batch: Buffer, header: BatchHeader): Generator<LogRecord> {
  const body = decompressRecords(batch, header.attributes);
  const isAppendTime = (header.attributes & attribute.logAppendTime) !== 0;
  let at = 0;
  for (let i = 0; i < header.recordCount; i++) {
    const start = at;
    const cursor = new VarintCursor(body, at);
    const length = cursor.next();
    const end = cursor.at + length;
    if (length < 6 || end > body.length) throw corrupt('a record is cut short');
    cursor.at += 1;
    const timestampDelta = cursor.next();
    const offsetDelta = cursor.next();
    const key = cursor.bytes();
    const valueLength = cursor.next();
    if (cursor.at > end) throw corrupt('a record is shorter than its fields');
    yield {
      offset: header.baseOffset + offsetDelta,
      timestampMs: isAppendTime ? header.maxTimestampMs : header.baseTimestampMs + timestampDelta,
      key,
      isTombstone: valueLength < 0,
      bytes: body.subarray(start, end),
    };
    at = end;
  }
}

class VarintCursor {
  readonly #body: Buffer;
  at: number;

  constructor(body: Buffer, at: number) {
    this.#body = body;
    this.at = at;
  }

  /** A zigzag varint of up to 64 bits. */
  next(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#body[this.at++];
      if (byte === undefined) throw corrupt('a record ends inside a number');
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    throw corrupt('a number is longer than 64 bits');
  }

  bytes(): Buffer | null {
    const length = this.next();
    if (length < 0) return null;
    const start = this.at;
    this.at += length;
    return this.#body.subarray(start, this.at);
  }
}

function corrupt(message: string): ProtocolError {
  return new ProtocolError(ErrorCode.corruptMessage, message);
}
