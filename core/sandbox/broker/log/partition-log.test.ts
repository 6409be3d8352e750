/** One partition: what is appended is read, from any offset; times, segments, and who waits. */
import { existsSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { ErrorCode } from '../wire/error-codes.ts';
import { assignOffsets, checkProducedBatch, readBatchHeader } from './record-batch.ts';
import { buildBatch } from './test-batch.ts';
import { append, fill, openSmall, range, readAll, value, withFiles } from './test-log.ts';

withFiles();

describe('reading', () => {
  test('gives every record once, from any offset, with any limit', () => {
    const log = openSmall();
    fill(log, 300);
    expect(log.segments.length).toBeGreaterThan(3);
    fc.assert(
      fc.property(fc.nat(299), fc.integer({ min: 1, max: 6_000 }), (offset, maxBytes) => {
        expect(readAll(log, offset, maxBytes)).toEqual(range(offset, 300));
      }),
      { numRuns: 60 },
    );
  });

  test('refuses offsets that do not exist', () => {
    const log = openSmall();
    fill(log, 10);
    for (const offset of [-1, 11, Number.MAX_SAFE_INTEGER]) {
      expect(() => log.read(offset, { maxBytes: 1_000, limit: 10, atLeastOne: true })).toThrow(
        expect.objectContaining({ code: ErrorCode.offsetOutOfRange }),
      );
    }
    expect(log.read(10, { maxBytes: 1_000, limit: 10, atLeastOne: true }).bytes).toHaveLength(0);
  });

  test('holds back a batch that is larger than allowed, unless it is the first', () => {
    const log = openSmall();
    fill(log, 3);
    expect(log.read(0, { maxBytes: 10, limit: 3, atLeastOne: false }).bytes).toHaveLength(0);
    expect(log.read(0, { maxBytes: log.bytes, limit: 3, atLeastOne: false }).nextOffset).toBe(3);
    expect(log.read(0, { maxBytes: 10, limit: 3, atLeastOne: true }).nextOffset).toBe(3);
  });
});

describe('reading on', () => {
  test('stops before the limit, and takes the memory that it is given', () => {
    const log = openSmall();
    fill(log, 9);
    const read = (offset: number, limit: number, maxBytes = 10_000) =>
      log.read(offset, { maxBytes, limit, atLeastOne: true }).nextOffset;
    expect([read(0, 9), read(0, 8), read(0, 7), read(4, 9), read(9, 9)]).toEqual([9, 6, 6, 9, 9]);
    expect(read(0, 2), 'not even the first batch').toBe(0);
    const size = log.bytes / 3;
    expect([read(0, 9, 2 * size), read(0, 9, 2 * size - 1), read(0, 9, 1)]).toEqual([6, 3, 3]);
    const lengths: number[] = [];
    const allocate = (length: number) => {
      lengths.push(length);
      return Buffer.alloc(length);
    };
    log.read(0, { maxBytes: 10, limit: 9, atLeastOne: true, allocate });
    expect(lengths).toEqual([61, size]);
  });

  test('goes on where many readers stopped, also after the segment was closed', () => {
    const log = openSmall({ segmentBytes: 1 << 20 });
    fill(log, 300, 1);
    for (let offset = 0; offset < 40; offset++) {
      expect(log.read(offset, { maxBytes: 1, limit: 300, atLeastOne: true }).nextOffset).toBe(offset + 1);
    }
    expect(readAll(log, 20)).toEqual(range(20, 300));
    expect(readAll(log, 40)).toEqual(range(40, 300));
    log.roll();
    fill(log, 310, 1);
    expect(readAll(log, 40)).toEqual(range(40, 310));
    expect(readAll(log, 300)).toEqual(range(300, 310));
  });
});

test('takes no word of the offsets that a producer wrote', () => {
  const log = openSmall();
  append(log, ['0000']);
  const batch = buildBatch([{ value: '0001' }, { value: '0002' }]);
  assignOffsets(batch, 500, 7);
  expect(log.append(batch, checkProducedBatch(batch)).baseOffset).toBe(1);
  expect([log.endOffset, readAll(log)]).toEqual([3, range(0, 3)]);
});

test('forgets records before an offset and keeps that over a restart', () => {
  const log = openSmall();
  fill(log, 200);
  const before = readdirSync(log.directory).length;
  log.advanceStart(150);
  log.advanceStart(100);
  expect(readdirSync(log.directory).length).toBeLessThan(before);
  for (const each of [log, openSmall()]) {
    expect(each.startOffset).toBe(150);
    expect(() => each.read(149, { maxBytes: 100, limit: 200, atLeastOne: true })).toThrow();
    expect(readAll(each)).toEqual(range(150, 200));
  }
});

describe('time', () => {
  test('of the producer is kept, or replaced by that of the append', () => {
    const log = openSmall();
    expect(append(log, ['0000'], { timestampMs: 1_000 })).toEqual({
      baseOffset: 0,
      appendTimeMs: -1,
      duplicate: false,
    });
    const stamped = openSmall({ appendTime: true });
    const before = Date.now();
    const sent = { timestampMs: 1_000, producerId: 1, producerEpoch: 0, baseSequence: 0 };
    const first = append(stamped, ['0001'], sent);
    expect(first.appendTimeMs).toBeGreaterThanOrEqual(before);
    expect(append(stamped, ['0001'], sent)).toEqual({ ...first, duplicate: true });
    expect(append(openSmall(), ['0001'], sent), 'no time of the broker').toMatchObject({
      appendTimeMs: -1,
      duplicate: true,
    });
    expect(stamped.segments.at(-1)!.maxTimestampMs).toBe(first.appendTimeMs);
    const { bytes } = stamped.read(1, { maxBytes: 1_000, limit: 2, atLeastOne: true });
    expect(readBatchHeader(bytes)).toMatchObject({ maxTimestampMs: first.appendTimeMs, baseOffset: 1 });
  });

  test('is sought over all segments, of records that there are', () => {
    const log = openSmall({ segmentBytes: 300 });
    expect([log.locateMaxTime(), log.locateTime(0)]).toEqual([undefined, undefined]);
    const times = [10, 20, 90, 30, 40, 90, 50, 60, 70, 80];
    for (const timestampMs of times) append(log, ['0000'], { timestampMs });
    expect(log.segments.length).toBeGreaterThan(2);
    const at = (timestampMs: number) => log.locateTime(timestampMs)?.located.header.baseOffset;
    expect([at(0), at(11), at(21), at(90), at(91)]).toEqual([0, 1, 2, 2, undefined]);
    expect(log.locateMaxTime()!.located.header.baseOffset).toBe(2);
    log.advanceStart(3);
    expect([at(0), log.locateMaxTime()?.located.header.baseOffset]).toEqual([3, 5]);
  });

  test('may be the first of all, or missing', () => {
    const log = openSmall();
    append(log, ['0000'], { timestampMs: -1 });
    expect(log.locateMaxTime()).toBeUndefined();
    append(log, ['0001'], { timestampMs: 0 });
    expect(log.locateMaxTime()?.located.header.baseOffset).toBe(1);
  });

  test('begins a new segment', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const log = openSmall({ segmentMs: 1_000 });
      append(log, ['0000']);
      vi.setSystemTime(Date.now() + 999);
      append(log, ['0001']);
      expect(log.segments).toHaveLength(1);
      vi.setSystemTime(Date.now() + 1);
      append(log, ['0002']);
      expect(log.segments.map(({ baseOffset }) => baseOffset)).toEqual([0, 2]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a segment', () => {
  test('takes as many bytes as it may, and one batch at least', () => {
    const size = buildBatch([{ key: 'k', value: '0000' }]).length;
    const log = openSmall({ segmentBytes: 2 * size });
    for (let i = 0; i < 5; i++) append(log, [value(i)]);
    expect(log.segments.map(({ baseOffset }) => baseOffset)).toEqual([0, 2, 4]);
    expect(log.bytes).toBe(5 * size);
    append(
      log,
      Array.from({ length: 9 }, () => 'more'),
    );
    append(log, ['0005']);
    expect(log.segments.map(({ baseOffset }) => baseOffset)).toEqual([0, 2, 4, 5, 14]);
    log.roll();
    append(log, range(0, 9));
    expect(log.segments.map(({ baseOffset }) => baseOffset).slice(4)).toEqual([14, 15]);
  });
});

describe('who waits', () => {
  test('is woken by each append, and by the end of the topic', () => {
    const log = openSmall();
    const woken: number[] = [];
    log.onAppend.add((bytes) => woken.push(bytes));
    append(log, ['0000']);
    expect(woken).toEqual([log.bytes]);
    log.remove();
    expect(woken).toEqual([woken[0], Number.MAX_SAFE_INTEGER]);
    expect(existsSync(log.directory)).toBe(false);
    expect(() => append(log, ['0001'])).toThrow(expect.objectContaining({ code: ErrorCode.unknownTopicOrPartition }));
    expect(existsSync(log.directory)).toBe(false);
    expect(log.segments).toEqual([]);
  });
});
