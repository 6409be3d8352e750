/** Headers read, patched and checked. */
import { expect, test } from 'vitest';
import { crc32c } from '../wire/crc32c.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import {
  assignOffsets,
  attribute,
  type BatchHeader,
  batchHeaderSize,
  batchLastOffset,
  batchSize,
  checkProducedBatch,
  isBatchIntact,
  readBatchHeader,
  sealBatch,
  stampAppendTime,
  writeBatchHeader,
} from './record-batch.ts';
import { buildBatch } from './test-batch.ts';

const header: Omit<BatchHeader, 'size'> = {
  baseOffset: 2 ** 40 + 7,
  attributes: attribute.transactional,
  lastOffset: 2 ** 40 + 9,
  baseTimestampMs: -1,
  maxTimestampMs: 1_795_593_751_568,
  producerId: 2 ** 33 + 1,
  producerEpoch: 12,
  baseSequence: -1,
  recordCount: 3,
};

const written = () => {
  const bytes = Buffer.alloc(batchHeaderSize + 5, 7);
  writeBatchHeader(bytes, header);
  sealBatch(bytes);
  return bytes;
};

test('a header reads as it was written, also behind other bytes', () => {
  const bytes = written();
  expect(readBatchHeader(bytes)).toEqual({ ...header, size: bytes.length });
  const behind = Buffer.concat([Buffer.alloc(9), bytes]);
  expect(readBatchHeader(behind, 9)).toEqual({ ...header, size: bytes.length });
  expect([batchSize(behind, 9), batchLastOffset(behind, 9)]).toEqual([bytes.length, header.lastOffset]);
  expect(isBatchIntact(behind, 9)).toBe(true);
});

test('stands where Kafka has it', () => {
  const bytes = written();
  expect(bytes.readBigInt64BE(0)).toBe(2n ** 40n + 7n);
  expect(bytes.readInt32BE(8)).toBe(bytes.length - 12);
  expect(bytes.readInt8(16)).toBe(2);
  expect(bytes.readUInt32BE(17)).toBe(crc32c(bytes, 21));
  expect(bytes.readInt32BE(23)).toBe(2);
  expect(bytes.readBigInt64BE(27)).toBe(-1n);
  expect(bytes.readBigInt64BE(35)).toBe(1_795_593_751_568n);
  expect(bytes.readBigInt64BE(43)).toBe(2n ** 33n + 1n);
});

test('a batch is intact as long as no byte of it is another', () => {
  const bytes = written();
  expect(isBatchIntact(bytes.subarray(0, -1), 0)).toBe(false);
  expect(isBatchIntact(bytes.subarray(0, batchHeaderSize - 1), 0)).toBe(false);
  expect(isBatchIntact(Buffer.concat([bytes, Buffer.alloc(3)]), 0), 'what follows does not count').toBe(true);
  for (let at = 8; at < bytes.length; at++) {
    if (at >= 12 && at < 16) continue;
    const other = Buffer.from(bytes);
    other[at]! ^= 1;
    expect(isBatchIntact(other, 0), `byte ${at}`).toBe(false);
  }
  for (const wrong of [{ lastOffset: header.baseOffset - 1 }, {}]) {
    const sealed = written();
    writeBatchHeader(sealed, { ...header, ...wrong });
    sealBatch(sealed);
    expect(isBatchIntact(sealed, 0)).toBe(wrong.lastOffset === undefined);
  }
});

test('offsets and the leader epoch are set without a new checksum', () => {
  const bytes = written();
  assignOffsets(bytes, 5, 3);
  expect(isBatchIntact(bytes, 0)).toBe(true);
  expect(readBatchHeader(bytes)).toMatchObject({ baseOffset: 5, lastOffset: 7 });
  expect(bytes.readInt32BE(12)).toBe(3);
});

test("the broker's time takes the place of the producer's", () => {
  const bytes = written();
  stampAppendTime(bytes, 1_234);
  expect(isBatchIntact(bytes, 0)).toBe(true);
  const attributes = attribute.transactional | attribute.logAppendTime;
  expect(readBatchHeader(bytes)).toMatchObject({ maxTimestampMs: 1_234, baseTimestampMs: -1, attributes });
});

const produced = () => buildBatch([{ value: 'a' }, { value: 'b' }]);
const sealed = (change: (bytes: Buffer) => void) => {
  const bytes = produced();
  change(bytes);
  sealBatch(bytes);
  return bytes;
};

test('a produced batch is taken when it is whole, with any compression that there is', () => {
  expect(checkProducedBatch(produced())).toMatchObject({ recordCount: 2, lastOffset: 1, size: produced().length });
  for (const attributes of [0, 1, 2, 3, 4, attribute.transactional]) {
    expect(checkProducedBatch(buildBatch([{ value: 'a' }], { attributes })).attributes).toBe(attributes);
  }
});

test.each<[string, keyof typeof ErrorCode, () => Buffer]>([
  ['no bytes', 'corruptMessage', () => Buffer.alloc(0)],
  ['a part of a header', 'corruptMessage', () => produced().subarray(0, batchHeaderSize - 1)],
  ['a part of a batch', 'corruptMessage', () => produced().subarray(0, -1)],
  ['a length shorter than a header', 'corruptMessage', () => sealed((bytes) => bytes.writeInt32BE(48, 8))],
  ['two batches', 'invalidRecord', () => Buffer.concat([produced(), produced()])],
  ['an older format', 'invalidRecord', () => sealed((bytes) => bytes.writeInt8(1, 16))],
  ['another checksum', 'corruptMessage', () => sealed(() => {}).fill(9, batchHeaderSize)],
  ['fewer records than offsets', 'invalidRecord', () => sealed((bytes) => bytes.writeInt32BE(1, 57))],
  ['no records', 'invalidRecord', () => sealed((bytes) => bytes.writeInt32BE(0, 57))],
  ['control records', 'invalidRecord', () => buildBatch([{ value: 'a' }], { attributes: attribute.control })],
  ['an unknown compression', 'unsupportedCompressionType', () => buildBatch([{ value: 'a' }], { attributes: 5 })],
])('a produced batch is refused that has %s', (_, code, bytes) => {
  expect(() => checkProducedBatch(bytes())).toThrow(expect.objectContaining({ code: ErrorCode[code] }));
});
