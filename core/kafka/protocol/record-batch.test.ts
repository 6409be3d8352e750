/** Batches as our writer and other clients make them, walked whole, from the middle, and damaged. */
import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  attributesAt,
  baseSequenceAt,
  batchHeaderBytes,
  controlBit,
  lastOffsetDeltaAt,
  logAppendTimeBit,
  magicAt,
  maxTimestampAt,
  recordCountAt,
  transactionalBit,
} from './batch-header.ts';
import { type Codec, codecs } from './compression.ts';
import { type LoadOptions, RecordCursor } from './record-batch.ts';
import { type RecordToWrite, recordBytes, writeRecordBatch } from './record-batch-writer.ts';

interface Seen extends RecordToWrite {
  readonly offset: number;
}

function batch(records: readonly RecordToWrite[], baseOffset = 0, codec: Codec = 'none', producerId = -1n): Buffer {
  const bytes = writeRecordBatch(records, { codec, producerId, producerEpoch: 0, baseSequence: 0 });
  bytes.writeBigInt64BE(BigInt(baseOffset), 0);
  return bytes;
}

function walk(bytes: Buffer, options: LoadOptions = {}, cursor = new RecordCursor()): Seen[] {
  const seen: Seen[] = [];
  cursor.load(bytes, options);
  const buffer = (copied: Uint8Array | null) => copied && Buffer.from(copied);
  while (cursor.next()) {
    seen.push({
      offset: cursor.offset,
      timestampMs: cursor.timestamp,
      key: buffer(cursor.key()),
      value: buffer(cursor.value()),
      headers: cursor.headers().map(({ name, value }) => ({ name, value: buffer(value) })),
    });
  }
  return seen;
}

const record = (value: string, timestampMs = 1_000): RecordToWrite => ({
  key: null,
  value: Buffer.from(value),
  headers: [],
  timestampMs,
});
const records = (...values: string[]): RecordToWrite[] => values.map((value) => record(value));
const values = (seen: readonly Seen[]): string[] => seen.map(({ value }) => String(value));
const offsets = (seen: readonly Seen[]): number[] => seen.map(({ offset }) => offset);

/** vitest's own comparison takes seconds for a megabyte. */
function isSame(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.compare(a, b) === 0;
}

const bytesOrNull = fc.option(fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)));
const anyRecord: fc.Arbitrary<RecordToWrite> = fc.record({
  key: bytesOrNull,
  value: bytesOrNull,
  headers: fc.array(fc.record({ name: fc.string({ unit: 'grapheme' }), value: bytesOrNull }), { maxLength: 3 }),
  timestampMs: fc.integer({ min: 0, max: 2 ** 48 }),
});

test('what is written is read: keys, values, headers, times, nulls and duplicates, in every codec', async () => {
  const anyBatch = fc.tuple(fc.array(anyRecord, { minLength: 1, maxLength: 20 }), fc.constantFrom(...codecs));
  await fc.assert(
    fc.property(anyBatch, fc.nat(2 ** 40), ([written, codec], baseOffset) => {
      const seen = walk(batch(written, baseOffset, codec), { from: baseOffset }, new RecordCursor({ checkCrc: true }));
      expect(seen).toEqual(written.map((one, index) => ({ ...one, offset: baseOffset + index })));
    }),
  );
});

test('the bound on the size of a record holds', async () => {
  await fc.assert(
    fc.property(anyRecord, (one) => {
      expect(batch([one]).length - batchHeaderBytes).toBeLessThanOrEqual(recordBytes(one));
    }),
  );
});

test('headers keep their order, duplicates and null values', () => {
  const headers = [
    { name: 'a', value: Buffer.from('1') },
    { name: 'a', value: null },
    { name: 'ä', value: Buffer.alloc(1 << 20, 7) },
    { name: '', value: Buffer.alloc(0) },
  ];
  const read = walk(batch([{ ...record('x'), headers }]))[0]?.headers ?? [];
  expect(read.map(({ name }) => name)).toEqual(['a', 'a', 'ä', '']);
  expect(read.map(({ value }, index) => isSame(value, headers[index]?.value ?? null))).not.toContain(false);
});

describe('the walk', () => {
  const two = Buffer.concat([batch(records('a', 'b', 'c')), batch(records('d', 'e'), 3)]);

  test('skips records before the asked offset and ends before the stop', () => {
    expect(values(walk(two, { from: 1 }))).toEqual(['b', 'c', 'd', 'e']);
    expect(values(walk(two, { from: 3 }))).toEqual(['d', 'e']);
    expect(values(walk(two, { from: 1, until: 4 }))).toEqual(['b', 'c', 'd']);
    expect(values(walk(two, { until: 3 }))).toEqual(['a', 'b', 'c']);
    expect(values(walk(two, { from: 5 }))).toEqual([]);
  });

  test('drops a partial batch at the end, wherever it is cut', () => {
    const first = batch(records('a', 'b', 'c')).length;
    for (let end = first; end < two.length; end++) {
      const cursor = new RecordCursor();
      expect(values(walk(two.subarray(0, end), {}, cursor))).toEqual(['a', 'b', 'c']);
      expect(cursor.nextOffset).toBe(3);
    }
    expect(walk(two.subarray(0, first - 1))).toEqual([]);
  });

  test('goes on after offsets that compaction took away', () => {
    const compacted = batch(records('a', 'b'), 10);
    compacted.writeInt32BE(9, lastOffsetDeltaAt);
    const cursor = new RecordCursor();
    expect(offsets(walk(Buffer.concat([compacted, batch(records('c'), 25)]), {}, cursor))).toEqual([10, 11, 25]);
    expect(cursor.nextOffset).toBe(26);
    expect(offsets(walk(compacted, {}, cursor))).toEqual([10, 11]);
    expect(cursor.nextOffset).toBe(20);
  });

  test('passes a batch that compaction left empty', () => {
    const empty = batch(records('gone')).subarray(0, batchHeaderBytes);
    empty.writeInt32BE(batchHeaderBytes - 12, 8);
    empty.writeInt32BE(0, recordCountAt);
    empty.writeInt32BE(4, lastOffsetDeltaAt);
    const cursor = new RecordCursor();
    expect(walk(empty, {}, cursor)).toEqual([]);
    expect(cursor.nextOffset).toBe(5);
  });

  test('takes the time of the append where the topic says so', () => {
    const appended = batch([record('a', 5), record('b', 6)]);
    appended.writeInt16BE(logAppendTimeBit, attributesAt);
    appended.writeBigInt64BE(77n, maxTimestampAt);
    expect(walk(appended).map(({ timestampMs }) => timestampMs)).toEqual([77, 77]);
    expect(walk(Buffer.concat([appended, batch([record('c', 5)], 2)])).map(({ timestampMs }) => timestampMs)).toEqual([
      77, 77, 5,
    ]);
  });

  test('leaves out rolled back transactions and control records, but moves past them', () => {
    const mark = (bytes: Buffer, bits: number): Buffer => {
      bytes.writeInt16BE(bits, attributesAt);
      return bytes;
    };
    const log = Buffer.concat([
      mark(batch(records('plain'), 0, 'none', 7n), 0),
      mark(batch(records('rolled', 'back'), 1, 'none', 7n), transactionalBit),
      mark(batch(records('other producer'), 3, 'none', 8n), transactionalBit),
      mark(batch(records('abort'), 4, 'none', 7n), transactionalBit | controlBit),
      mark(batch(records('tried again'), 5, 'none', 7n), transactionalBit),
      mark(batch(records('commit'), 6, 'none', 7n), transactionalBit | controlBit),
    ]);
    const cursor = new RecordCursor();
    const aborted = [{ producerId: 7n, firstOffset: 1n }];
    expect(values(walk(log, { aborted }, cursor))).toEqual(['plain', 'other producer', 'tried again']);
    expect(cursor.nextOffset).toBe(7);
    expect(values(walk(log))).toEqual(['plain', 'rolled', 'back', 'other producer', 'tried again']);
  });
});

describe('what cannot be read says so', () => {
  test('a changed byte, when checksums are checked', () => {
    const damaged = batch(records('a', 'b'), 40);
    damaged[damaged.length - 3]! ^= 1;
    expect(() => walk(damaged, { origin: 'flights, partition 2' }, new RecordCursor({ checkCrc: true }))).toThrow(
      'The record batch at offset 40 is damaged: its checksum does not match.',
    );
    damaged[baseSequenceAt]! ^= 1;
    expect(() => walk(batch(records('a')), {}, new RecordCursor({ checkCrc: true }))).not.toThrow();
  });

  test('a compressed block that is none', () => {
    for (const codec of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
      const damaged = batch(records('a', 'b'), 40, codec);
      damaged.fill(0xee, batchHeaderBytes);
      expect(() => walk(damaged)).toThrow('The record batch at offset 40 is damaged: it cannot be decompressed');
    }
  });

  test('the message format of Kafka before 0.11', () => {
    const old = batch(records('a'), 12);
    old[magicAt] = 1;
    expect(() => walk(old)).toThrow('The records at offset 12 are in the message format of Kafka before 0.11');
  });

  test('any bytes at all: the walk ends or throws a reason, and never leaves its bytes', async () => {
    const whole = batch(records('one', 'two', 'three'), 0, 'none');
    await fc.assert(
      fc.property(fc.nat(whole.length - batchHeaderBytes - 1), fc.nat(255), (at, byte) => {
        const damaged = Buffer.from(whole);
        damaged[batchHeaderBytes + at] = byte;
        const cursor = new RecordCursor();
        cursor.load(damaged);
        try {
          while (cursor.next()) expect(cursor.headersEnd).toBeLessThanOrEqual(damaged.length);
        } catch (error) {
          expect(String(error)).toContain('is damaged');
        }
      }),
    );
  });
});

test('snappy in the framing of Java clients', () => {
  const { compressSync } = createRequire(import.meta.url)('snappy') as { compressSync(data: Buffer): Buffer };
  const plain = batch(records('a', 'b', 'c'));
  const block = plain.subarray(batchHeaderBytes);
  const frames = [block.subarray(0, 9), block.subarray(9)].flatMap((part) => {
    const compressed = compressSync(part);
    const length = Buffer.alloc(4);
    length.writeInt32BE(compressed.length);
    return [length, compressed];
  });
  const magic = Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const framed = Buffer.concat([plain.subarray(0, batchHeaderBytes), magic, ...frames]);
  framed.writeInt32BE(framed.length - 12, 8);
  framed.writeInt16BE(codecs.indexOf('snappy'), attributesAt);
  expect(values(walk(framed))).toEqual(['a', 'b', 'c']);
});
