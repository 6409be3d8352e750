/**
 * Where the fields of a record batch (magic 2) lie, and readers of its big-endian numbers without a view object.
 *
 * https://kafka.apache.org/documentation/#recordbatch
 */
export const batchLengthAt = 8;
/** What the batch length counts begins here: a batch takes `batchPrefixBytes + length` bytes. */
export const batchPrefixBytes = 12;
export const leaderEpochAt = 12;
/** The same byte in the message format before Kafka 0.11. */
export const magicAt = 16;
export const crcAt = 17;
/** The checksum covers everything from here on. */
export const attributesAt = 21;
export const lastOffsetDeltaAt = 23;
export const baseTimestampAt = 27;
export const maxTimestampAt = 35;
export const producerIdAt = 43;
export const producerEpochAt = 51;
export const baseSequenceAt = 53;
export const recordCountAt = 57;
export const batchHeaderBytes = 61;

export const codecMask = 0x07;
export const logAppendTimeBit = 0x08;
export const transactionalBit = 0x10;
export const controlBit = 0x20;

export function readInt32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** An int64 as a number: exact up to 2^53, which no offset and no timestamp of a real topic exceeds. */
export function readInt64(bytes: Uint8Array, at: number): number {
  return readInt32(bytes, at) * 4_294_967_296 + (readInt32(bytes, at + 4) >>> 0);
}

/** Producer ids have no such bound, but are only compared. */
export function readBigInt64(bytes: Uint8Array, at: number): bigint {
  return (BigInt(readInt32(bytes, at)) << 32n) | BigInt(readInt32(bytes, at + 4) >>> 0);
}

/** The end of the whole batch that begins at `at`; −1 when the bytes do not hold all of it. */
export function batchEnd(bytes: Uint8Array, at: number): number {
  if (bytes.length - at < batchHeaderBytes) return -1;
  const end = at + batchPrefixBytes + readInt32(bytes, at + batchLengthAt);
  return end > bytes.length ? -1 : end;
}

/** The offset after the last one this batch ever held, whether compaction left that record or not. */
export function nextOffsetOf(bytes: Uint8Array, at: number): number {
  return readInt64(bytes, at) + readInt32(bytes, at + lastOffsetDeltaAt) + 1;
}
