/**
 * The header of a record batch (magic 2), read and patched in place. The records behind it stay opaque bytes.
 *
 * `baseOffset` and `partitionLeaderEpoch` lie before the bytes that the checksum covers, so the broker sets
 * them without computing it again.
 */
import { crc32c } from '../wire/crc32c.ts';
import { ErrorCode, ProtocolError } from '../wire/error-codes.ts';

export const batchHeaderSize = 61;
/** What stands before the bytes that `batchLength` counts. */
const batchPrefixSize = 12;

const at = {
  baseOffset: 0,
  batchLength: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
} as const;

export const attribute = { compressionMask: 7, logAppendTime: 8, transactional: 16, control: 32 } as const;

export interface BatchHeader {
  readonly baseOffset: number;
  /** Bytes of the whole batch, prefix included. */
  readonly size: number;
  readonly attributes: number;
  readonly lastOffset: number;
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly recordCount: number;
}

function readLong(bytes: Buffer, offset: number): number {
  return bytes.readInt32BE(offset) * 4_294_967_296 + bytes.readUInt32BE(offset + 4);
}

function writeLong(bytes: Buffer, value: number, offset: number): void {
  const high = Math.floor(value / 4_294_967_296);
  bytes.writeInt32BE(high, offset);
  bytes.writeUInt32BE(value - high * 4_294_967_296, offset + 4);
}

export function batchSize(bytes: Buffer, start: number): number {
  return bytes.readInt32BE(start + at.batchLength) + batchPrefixSize;
}

export function batchLastOffset(bytes: Buffer, start: number): number {
  return readLong(bytes, start) + bytes.readInt32BE(start + at.lastOffsetDelta);
}

export function readBatchHeader(bytes: Buffer, start = 0): BatchHeader {
  const baseOffset = readLong(bytes, start);
  return {
    baseOffset,
    size: batchSize(bytes, start),
    attributes: bytes.readInt16BE(start + at.attributes),
    lastOffset: baseOffset + bytes.readInt32BE(start + at.lastOffsetDelta),
    baseTimestampMs: readLong(bytes, start + at.baseTimestamp),
    maxTimestampMs: readLong(bytes, start + at.maxTimestamp),
    producerId: readLong(bytes, start + at.producerId),
    producerEpoch: bytes.readInt16BE(start + at.producerEpoch),
    baseSequence: bytes.readInt32BE(start + at.baseSequence),
    recordCount: bytes.readInt32BE(start + at.recordCount),
  };
}

/** Whether a whole batch with a right checksum begins at `start`. */
export function isBatchIntact(bytes: Buffer, start: number): boolean {
  const left = bytes.length - start;
  if (left < batchHeaderSize) return false;
  const size = batchSize(bytes, start);
  if (size < batchHeaderSize || size > left || bytes[start + at.magic] !== 2) return false;
  if (bytes.readInt32BE(start + at.lastOffsetDelta) < 0) return false;
  return bytes.readUInt32BE(start + at.crc) === crc32c(bytes, start + at.attributes, start + size);
}

/** Checks what a producer sent: exactly one batch of magic 2, whole, with a right checksum and a plausible header. */
export function checkProducedBatch(bytes: Buffer): BatchHeader {
  if (bytes.length < batchHeaderSize)
    throw new ProtocolError(ErrorCode.corruptMessage, 'the record batch is cut short');
  if (bytes[at.magic] !== 2) {
    throw new ProtocolError(ErrorCode.invalidRecord, `record batches of magic ${bytes[at.magic]} are not supported`);
  }
  const size = batchSize(bytes, 0);
  if (size < batchHeaderSize || size > bytes.length) {
    throw new ProtocolError(ErrorCode.corruptMessage, 'the record batch is cut short');
  }
  if (size < bytes.length)
    throw new ProtocolError(ErrorCode.invalidRecord, 'more than one record batch for a partition');
  if (!isBatchIntact(bytes, 0)) throw new ProtocolError(ErrorCode.corruptMessage, 'the checksum does not match');
  const header = readBatchHeader(bytes);
  if (bytes.readInt32BE(at.lastOffsetDelta) !== header.recordCount - 1) {
    throw new ProtocolError(ErrorCode.invalidRecord, 'the number of records does not match the offsets');
  }
  if ((header.attributes & attribute.control) !== 0) {
    throw new ProtocolError(ErrorCode.invalidRecord, 'a client must not write control records');
  }
  if ((header.attributes & attribute.compressionMask) > 4) {
    throw new ProtocolError(ErrorCode.unsupportedCompressionType, 'unknown compression');
  }
  return header;
}

export function assignOffsets(bytes: Buffer, baseOffset: number, leaderEpoch: number): void {
  writeLong(bytes, baseOffset, at.baseOffset);
  bytes.writeInt32BE(leaderEpoch, at.partitionLeaderEpoch);
}

/** Turns the batch into one with the broker's time (`message.timestamp.type=LogAppendTime`). */
export function stampAppendTime(bytes: Buffer, nowMs: number): void {
  bytes.writeInt16BE(bytes.readInt16BE(at.attributes) | attribute.logAppendTime, at.attributes);
  writeLong(bytes, nowMs, at.maxTimestamp);
  sealBatch(bytes);
}

/** Writes the header of a batch that the broker builds itself; call `sealBatch` when the records stand behind it. */
export function writeBatchHeader(bytes: Buffer, header: Omit<BatchHeader, 'size'>): void {
  writeLong(bytes, header.baseOffset, at.baseOffset);
  bytes.writeInt32BE(bytes.length - batchPrefixSize, at.batchLength);
  bytes.writeInt32BE(0, at.partitionLeaderEpoch);
  bytes[at.magic] = 2;
  bytes.writeInt16BE(header.attributes, at.attributes);
  bytes.writeInt32BE(header.lastOffset - header.baseOffset, at.lastOffsetDelta);
  writeLong(bytes, header.baseTimestampMs, at.baseTimestamp);
  writeLong(bytes, header.maxTimestampMs, at.maxTimestamp);
  writeLong(bytes, header.producerId, at.producerId);
  bytes.writeInt16BE(header.producerEpoch, at.producerEpoch);
  bytes.writeInt32BE(header.baseSequence, at.baseSequence);
  bytes.writeInt32BE(header.recordCount, at.recordCount);
}

/** Computes the checksum anew after the bytes that it covers have changed. */
export function sealBatch(bytes: Buffer): void {
  bytes.writeUInt32BE(crc32c(bytes, at.attributes), at.crc);
}
