/**
 * Writes one record batch (magic 2): keys, values and headers byte for byte, duplicates and null values of headers too.
 */
import { crc32c } from '@platformatic/kafka';
import {
  attributesAt,
  baseSequenceAt,
  baseTimestampAt,
  batchHeaderBytes,
  batchLengthAt,
  batchPrefixBytes,
  crcAt,
  lastOffsetDeltaAt,
  leaderEpochAt,
  magicAt,
  maxTimestampAt,
  producerEpochAt,
  producerIdAt,
  recordCountAt,
} from './batch-header.ts';
import { type Codec, codecs, compress } from './compression.ts';

export interface RecordToWrite {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: ReadonlyArray<{ readonly name: string; readonly value: Uint8Array | null }>;
  readonly timestampMs: number;
}

export interface BatchOptions {
  readonly codec: Codec;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly baseSequence: number;
}

/** At least one record. The broker puts in the offsets. */
export function writeRecordBatch(records: readonly RecordToWrite[], options: BatchOptions): Buffer {
  const times = records.map((record) => record.timestampMs);
  const baseTimestamp = times[0] ?? 0;
  const block = compress(options.codec, writeRecords(records, baseTimestamp));
  const batch = Buffer.alloc(batchHeaderBytes + block.length);
  batch.writeInt32BE(batch.length - batchPrefixBytes, batchLengthAt);
  batch.writeInt32BE(-1, leaderEpochAt);
  batch.writeInt8(2, magicAt);
  batch.writeInt16BE(codecs.indexOf(options.codec), attributesAt);
  batch.writeInt32BE(records.length - 1, lastOffsetDeltaAt);
  batch.writeBigInt64BE(BigInt(baseTimestamp), baseTimestampAt);
  batch.writeBigInt64BE(BigInt(times.reduce((most, time) => Math.max(most, time), baseTimestamp)), maxTimestampAt);
  batch.writeBigInt64BE(options.producerId, producerIdAt);
  batch.writeInt16BE(options.producerEpoch, producerEpochAt);
  batch.writeInt32BE(options.baseSequence, baseSequenceAt);
  batch.writeInt32BE(records.length, recordCountAt);
  block.copy(batch, batchHeaderBytes);
  batch.writeUInt32BE(crc32c(batch.subarray(attributesAt)), crcAt);
  return batch;
}

/** An upper bound of what the record takes in a batch. */
export function recordBytes(record: Omit<RecordToWrite, 'timestampMs'>): number {
  const perVarint = 10;
  const headers = record.headers.reduce(
    (sum, { name, value }) => sum + name.length * 3 + (value?.length ?? 0) + perVarint,
    0,
  );
  return (record.key?.length ?? 0) + (record.value?.length ?? 0) + headers + 5 * perVarint;
}

function writeRecords(records: readonly RecordToWrite[], baseTimestamp: number): Buffer {
  const parts: Uint8Array[] = [];
  for (const [offsetDelta, record] of records.entries()) {
    const body: Uint8Array[] = [Buffer.of(0), varint(record.timestampMs - baseTimestamp), varint(offsetDelta)];
    appendBytes(body, record.key);
    appendBytes(body, record.value);
    body.push(varint(record.headers.length));
    for (const { name, value } of record.headers) {
      appendBytes(body, Buffer.from(name));
      appendBytes(body, value);
    }
    parts.push(varint(body.reduce((sum, part) => sum + part.length, 0)), ...body);
  }
  return Buffer.concat(parts);
}

function appendBytes(parts: Uint8Array[], bytes: Uint8Array | null): void {
  parts.push(varint(bytes === null ? -1 : bytes.length));
  if (bytes !== null) parts.push(bytes);
}

/** Zigzag and base 128, for integers up to 2^52. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return Buffer.from(bytes);
}
