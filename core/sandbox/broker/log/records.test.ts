/** Records of every codec, and bytes that are none. */
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { compressFrameSync } from 'lz4-napi';
import { compressSync } from 'snappy';
import { expect, test } from 'vitest';
import { ErrorCode } from '../wire/error-codes.ts';
import { buildMarker } from './marker.ts';
import { attribute, batchHeaderSize, readBatchHeader, writeBatchHeader } from './record-batch.ts';
import { decompressRecords, readRecords } from './records.ts';
import { buildBatch } from './test-batch.ts';

const batch = buildBatch(
  [
    { key: 'a', value: 'x' },
    { key: null, value: 'y'.repeat(200) },
    { key: '', value: null },
  ],
  { timestampMs: 1_000 },
);
const records = batch.subarray(batchHeaderSize);

const packed = (body: Uint8Array, attributes: number) => {
  const bytes = Buffer.concat([batch.subarray(0, batchHeaderSize), body]);
  writeBatchHeader(bytes, { ...readBatchHeader(batch), attributes });
  return bytes;
};

const read = (bytes: Buffer) => [...readRecords(bytes, readBatchHeader(bytes))];

/** As Java's clients write it: a header of 16 bytes, then blocks with their lengths. */
function xerial(...blocks: readonly Uint8Array[]): Buffer {
  const header = Buffer.from('82534e415050590000000001000000' + '01', 'hex');
  const parts = blocks.map((block) => {
    const bytes = compressSync(Buffer.from(block));
    const length = Buffer.alloc(4);
    length.writeInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return Buffer.concat([header, ...parts]);
}

const corrupt = expect.objectContaining({ code: ErrorCode.corruptMessage });

test('reads offset, time, key and whether there is a value', () => {
  const read3 = read(batch);
  expect(
    read3.map(({ key, offset, timestampMs, isTombstone }) => [key?.toString(), offset, timestampMs, isTombstone]),
  ).toEqual([
    ['a', 0, 1_000, false],
    [undefined, 1, 1_000, false],
    ['', 2, 1_000, true],
  ]);
  expect(Buffer.concat(read3.map(({ bytes }) => bytes))).toEqual(records);
});

test.each<[string, number, Uint8Array]>([
  ['gzip', 1, gzipSync(records)],
  ['snappy', 2, compressSync(records)],
  ['snappy of Java', 2, xerial(records.subarray(0, 50), records.subarray(50))],
  ['lz4', 3, compressFrameSync(records)],
  ['zstd', 4, zstdCompressSync(records)],
])('reads the same compressed by %s', (_, compression, body) => {
  expect(read(packed(body, compression))).toEqual(read(batch));
  const torn = Buffer.from(body.subarray(0, body.length - 8));
  expect(() => decompressRecords(packed(torn, compression), compression)).toThrow(corrupt);
});

test('refuses a compression that there is not', () => {
  expect(() => decompressRecords(packed(records, 5), 5)).toThrow(
    expect.objectContaining({ code: ErrorCode.unsupportedCompressionType }),
  );
});

test("takes the batch's time where the broker stamped it", () => {
  const bytes = packed(records, attribute.logAppendTime);
  writeBatchHeader(bytes, { ...readBatchHeader(bytes), maxTimestampMs: 5_000 });
  expect(read(bytes).map(({ timestampMs }) => timestampMs)).toEqual([5_000, 5_000, 5_000]);
});

const recordOf = (...body: readonly number[]) => packed(Buffer.from([body.length * 2, ...body]), 0);
const first = (bytes: Buffer) => [...readRecords(bytes, { ...readBatchHeader(bytes), recordCount: 1 })][0];

test('reads numbers of either sign, up to 64 bits', () => {
  // attributes, time +300, offset +2, no key, no value, no headers
  expect(first(recordOf(0, 0xd8, 0x04, 4, 1, 1, 0))).toMatchObject({ offset: 2, timestampMs: 1_300, key: null });
  expect(first(recordOf(0, 0xd7, 0x04, 0, 1, 1, 0))).toMatchObject({ timestampMs: 1_000 - 300 });
  expect(first(recordOf(0, 0x80, 0x80, 0x80, 0x80, 0x20, 0, 1, 1, 0))).toMatchObject({ timestampMs: 1_000 + 2 ** 32 });
  const long = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80];
  expect(first(recordOf(0, ...long, 0, 0, 1, 1, 0))).toMatchObject({ timestampMs: 1_000 });
  expect(() => first(recordOf(0, ...long, 0x80, 0, 0, 1, 1, 0))).toThrow(corrupt);
});

test('takes no bytes for a value', () => {
  expect(first(recordOf(0, 0, 0, 1, 0, 0))).toMatchObject({ isTombstone: false });
  expect(first(recordOf(0, 0, 0, 1, 1, 0))).toMatchObject({ isTombstone: true });
});

test.each<[string, Buffer]>([
  ['ends inside a number', packed(Buffer.from([0x80]), 0)],
  ['is longer than the batch', packed(Buffer.from([40, 0, 0, 0, 1, 1, 0]), 0)],
  ['is shorter than a record can be', recordOf(0, 0, 0, 1, 1)],
  ['has a key that is longer than the batch', recordOf(0, 0, 0, 100, 1, 0)],
  ['has a key that is longer than itself', packed(Buffer.from([12, 0, 0, 0, 6, 65, 66, 67, 1, 0]), 0)],
  ['has a negative length', packed(Buffer.from([1, 0, 0, 0, 1, 1, 0]), 0)],
])('refuses a record that %s', (_, bytes) => {
  expect(() => first(bytes)).toThrow(corrupt);
});

test('refuses a batch with fewer records than it says', () => {
  expect(() => [...readRecords(batch, { ...readBatchHeader(batch), recordCount: 4 })]).toThrow(corrupt);
});

test.each([true, false])('a marker is a control record of its producer (commit: %s)', (isCommit) => {
  const { batch: marker, header } = buildMarker(
    { producerId: 7, producerEpoch: 2 },
    { offset: 30, isCommit, nowMs: 9_000 },
  );
  expect(readBatchHeader(marker)).toEqual(header);
  expect(header).toMatchObject({ baseOffset: 30, lastOffset: 30, producerId: 7, producerEpoch: 2, recordCount: 1 });
  expect(header.attributes).toBe(attribute.control | attribute.transactional);
  const [record, ...others] = read(marker);
  expect(record).toMatchObject({ offset: 30, timestampMs: 9_000, isTombstone: false });
  expect([...record!.key!]).toEqual([0, 0, 0, isCommit ? 1 : 0]);
  expect(record!.bytes).toHaveLength(marker.length - batchHeaderSize);
  expect([...record!.bytes.subarray(-8)]).toEqual([12, 0, 0, 0, 0, 0, 0, 0]);
  expect(others).toEqual([]);
});
