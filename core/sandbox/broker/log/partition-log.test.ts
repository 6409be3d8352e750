import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ErrorCode } from '../wire/error-codes.ts';
import { OpenFiles } from './open-files.ts';
import { type LogLimits, PartitionLog } from './partition-log.ts';
import { attribute, checkProducedBatch, readBatchHeader } from './record-batch.ts';
import { readRecords } from './records.ts';
import { buildBatch } from './test-batch.ts';

let root: string;
let files: OpenFiles;
let lines: string[];
const limits: LogLimits = { segmentBytes: 2_048, segmentMs: 1e12, appendTime: false };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'partition-log-'));
  files = new OpenFiles(2);
  lines = [];
});

afterEach(() => {
  files.closeAll();
  rmSync(root, { recursive: true });
});

function open(overrides: Partial<LogLimits> = {}): PartitionLog {
  files.closeAll();
  return new PartitionLog({
    directory: join(root, '0'),
    files,
    limits: () => ({ ...limits, ...overrides }),
    log: (line) => lines.push(line),
  });
}

function append(log: PartitionLog, values: readonly string[], options: Parameters<typeof buildBatch>[1] = {}) {
  const batch = buildBatch(
    values.map((value) => ({ key: 'k', value })),
    options,
  );
  return log.append(batch, checkProducedBatch(batch));
}

/** Every value from `offset` to the end, a fetch of `maxBytes` at a time. */
function readAll(log: PartitionLog, offset = log.startOffset, maxBytes = 1_000): string[] {
  const values: string[] = [];
  let next = offset;
  while (next < log.endOffset) {
    const { bytes, nextOffset } = log.read(next, { maxBytes: maxBytes, limit: log.endOffset, atLeastOne: true });
    for (let at = 0; at < bytes.length; ) {
      const header = readBatchHeader(bytes, at);
      for (const record of readRecords(bytes.subarray(at, at + header.size), header)) {
        if (record.offset >= next) values.push(record.bytes.subarray(-5, -1).toString());
      }
      at += header.size;
    }
    next = nextOffset;
  }
  return values;
}

const value = (i: number) => String(i).padStart(4, '0');
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => value(from + i));

function fill(log: PartitionLog, count: number, perBatch = 3): void {
  for (let i = log.endOffset; i < count; i += perBatch) append(log, range(i, Math.min(i + perBatch, count)));
}

describe('reading', () => {
  it('gives every record once, from any offset, with any limit', () => {
    const log = open();
    fill(log, 300);
    expect(log.segments.length).toBeGreaterThan(3);
    fc.assert(
      fc.property(fc.nat(299), fc.integer({ min: 1, max: 6_000 }), (offset, maxBytes) => {
        expect(readAll(log, offset, maxBytes)).toEqual(range(offset, 300));
      }),
      { numRuns: 60 },
    );
  });

  it('refuses offsets that do not exist', () => {
    const log = open();
    fill(log, 10);
    for (const offset of [-1, 11, Number.MAX_SAFE_INTEGER]) {
      expect(() => log.read(offset, { maxBytes: 1_000, limit: 10, atLeastOne: true })).toThrow(
        expect.objectContaining({ code: ErrorCode.offsetOutOfRange }),
      );
    }
    expect(log.read(10, { maxBytes: 1_000, limit: 10, atLeastOne: true }).bytes).toHaveLength(0);
  });

  it('holds back a batch that is larger than allowed, unless it is the first', () => {
    const log = open();
    fill(log, 3);
    expect(log.read(0, { maxBytes: 10, limit: 3, atLeastOne: false }).bytes).toHaveLength(0);
    expect(log.read(0, { maxBytes: 10, limit: 3, atLeastOne: true }).nextOffset).toBe(3);
  });
});

describe('recovery', () => {
  it.each([true, false])('finds everything again (closed cleanly: %s)', (isClean) => {
    const log = open();
    fill(log, 200);
    if (isClean) log.close();
    const again = open();
    expect(again.endOffset).toBe(200);
    expect(readAll(again)).toEqual(range(0, 200));
    fill(again, 220);
    expect(readAll(open())).toEqual(range(0, 220));
  });

  it('cuts a torn batch off, wherever it is torn, and goes on', () => {
    const batch = buildBatch([{ key: 'k', value: 'torn' }]);
    for (let length = 1; length < batch.length; length += 7) {
      rmSync(join(root, '0'), { recursive: true, force: true });
      const log = open();
      fill(log, 30);
      appendFileSync(log.segments.at(-1)!.path, batch.subarray(0, length));
      const again = open();
      expect(again.endOffset).toBe(30);
      fill(again, 33);
      expect(readAll(open())).toEqual(range(0, 33));
    }
    expect(lines[0]).toContain('torn batch');
  });

  it('does not trust a checkpoint of more bytes than the file has', () => {
    const log = open({ segmentBytes: 1 << 20 });
    fill(log, 60);
    log.close();
    const active = log.segments.at(-1)!;
    truncateSync(active.path, active.size - 5);
    const again = open({ segmentBytes: 1 << 20 });
    expect(again.endOffset).toBe(57);
    expect(readAll(again)).toEqual(range(0, 57));
  });

  it('remembers producers, with and without a clean close', () => {
    const sent = { producerId: 7, producerEpoch: 0 };
    for (const isClean of [true, false]) {
      rmSync(join(root, '0'), { recursive: true, force: true });
      const log = open();
      for (let i = 0; i < 40; i++) append(log, [value(i)], { ...sent, baseSequence: i });
      if (isClean) log.close();
      const again = open();
      const retried = append(again, [value(39)], { ...sent, baseSequence: 39 });
      expect(retried).toMatchObject({ duplicate: true, baseOffset: 39 });
      expect(() => append(again, ['gap!'], { ...sent, baseSequence: 41 })).toThrow(
        expect.objectContaining({ code: ErrorCode.outOfOrderSequenceNumber }),
      );
      expect(append(again, [value(40)], { ...sent, baseSequence: 40 }).baseOffset).toBe(40);
    }
  });
});

describe('idempotent producers', () => {
  const sent = { producerId: 1, producerEpoch: 3 };

  it('acknowledges any of the last five batches again with its own offset', () => {
    const log = open();
    for (let i = 0; i < 12; i += 2) append(log, [value(i), value(i + 1)], { ...sent, baseSequence: i });
    for (let i = 2; i < 12; i += 2) {
      const again = append(log, [value(i), value(i + 1)], { ...sent, baseSequence: i });
      expect(again).toMatchObject({ duplicate: true, baseOffset: i });
    }
    expect(() => append(log, ['0000', '0001'], { ...sent, baseSequence: 0 })).toThrow(
      expect.objectContaining({ code: ErrorCode.outOfOrderSequenceNumber }),
    );
    expect(log.endOffset).toBe(12);
  });

  it('fences an older epoch and begins a newer one at 0', () => {
    const log = open();
    append(log, ['0000'], { ...sent, baseSequence: 0 });
    const code = (expected: number) => expect.objectContaining({ code: expected });
    expect(() => append(log, ['0001'], { producerId: 1, producerEpoch: 2, baseSequence: 1 })).toThrow(
      code(ErrorCode.invalidProducerEpoch),
    );
    expect(() => append(log, ['0001'], { producerId: 1, producerEpoch: 4, baseSequence: 1 })).toThrow(
      code(ErrorCode.outOfOrderSequenceNumber),
    );
    expect(append(log, ['0001'], { producerId: 1, producerEpoch: 4, baseSequence: 0 }).baseOffset).toBe(1);
  });

  it('lets sequences begin anew after the largest', () => {
    const log = open();
    append(log, ['0000', '0001'], { ...sent, baseSequence: 2_147_483_646 });
    expect(append(log, ['0002'], { ...sent, baseSequence: 0 }).baseOffset).toBe(2);
  });
});

it('forgets records before an offset and keeps that over a restart', () => {
  const log = open();
  fill(log, 200);
  const before = readdirSync(log.directory).length;
  log.advanceStart(150);
  expect(readdirSync(log.directory).length).toBeLessThan(before);
  for (const each of [log, open()]) {
    expect(each.startOffset).toBe(150);
    expect(() => each.read(149, { maxBytes: 100, limit: 200, atLeastOne: true })).toThrow();
    expect(readAll(each)).toEqual(range(150, 200));
  }
});

describe('time', () => {
  it('of the producer is kept, or replaced by that of the append', () => {
    const log = open();
    expect(append(log, ['0000'], { timestampMs: 1_000 })).toEqual({
      baseOffset: 0,
      appendTimeMs: -1,
      duplicate: false,
    });
    const stamped = open({ appendTime: true });
    const before = Date.now();
    const sent = { timestampMs: 1_000, producerId: 1, producerEpoch: 0, baseSequence: 0 };
    const first = append(stamped, ['0001'], sent);
    expect(first.appendTimeMs).toBeGreaterThanOrEqual(before);
    expect(append(stamped, ['0001'], sent)).toEqual({ ...first, duplicate: true });
    expect(append(open(), ['0001'], sent), 'no time of the broker').toMatchObject({
      appendTimeMs: -1,
      duplicate: true,
    });
    expect(stamped.segments.at(-1)!.maxTimestampMs).toBe(first.appendTimeMs);
    const { bytes } = stamped.read(1, { maxBytes: 1_000, limit: 2, atLeastOne: true });
    expect(readBatchHeader(bytes)).toMatchObject({ maxTimestampMs: first.appendTimeMs, baseOffset: 1 });
  });

  it('is sought over all segments, of records that there are', () => {
    const log = open({ segmentBytes: 300 });
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

  it('begins a new segment', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const log = open({ segmentMs: 1_000 });
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
  it('takes as many bytes as it may, and one batch at least', () => {
    const size = buildBatch([{ key: 'k', value: '0000' }]).length;
    const log = open({ segmentBytes: 2 * size });
    for (let i = 0; i < 5; i++) append(log, [value(i)]);
    expect(log.segments.map(({ baseOffset }) => baseOffset)).toEqual([0, 2, 4]);
    expect(log.bytes).toBe(5 * size);
    append(
      log,
      Array.from({ length: 9 }, () => 'more'),
    );
    append(log, ['0005']);
    expect(log.segments.map(({ baseOffset }) => baseOffset)).toEqual([0, 2, 4, 5, 14]);
  });
});

describe('transactions', () => {
  const owner = { producerId: 4, producerEpoch: 0 };
  const transactional = (log: PartitionLog, producerId = 4) =>
    append(log, ['0000'], { ...owner, producerId, attributes: attribute.transactional });

  it('hold the last stable offset back until their marker, and aborted ones are remembered', () => {
    const log = open({ segmentBytes: 400 });
    append(log, ['0000']);
    transactional(log);
    transactional(log, 5);
    append(log, ['0000']);
    expect([log.lastStableOffset, log.endOffset]).toEqual([1, 4]);
    log.appendMarker(owner, true);
    expect(log.lastStableOffset).toBe(2);
    log.appendMarker({ ...owner, producerId: 5 }, false);
    expect([log.lastStableOffset, log.endOffset]).toEqual([6, 6]);
    log.appendMarker({ ...owner, producerId: 6 }, false);
    expect(log.segments.length).toBeGreaterThan(1);
    const aborted = [{ producerId: 5, firstOffset: 2, lastOffset: 5 }];
    for (const each of [log, open()]) {
      expect(each.lastStableOffset).toBe(7);
      expect(each.abortedBetween(0, 7)).toEqual(aborted);
      expect(each.abortedBetween(5, 6)).toEqual(aborted);
      expect(each.abortedBetween(0, 3)).toEqual(aborted);
      expect(each.abortedBetween(0, 2)).toEqual([]);
      expect(each.abortedBetween(6, 7)).toEqual([]);
    }
    log.close();
    expect(open().abortedBetween(0, 7)).toEqual(aborted);
  });
});

describe('who waits', () => {
  it('is woken by each append, and by the end of the topic', () => {
    const log = open();
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

describe('reading on', () => {
  it('stops before the limit, and takes the memory that it is given', () => {
    const log = open();
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

  it('goes on where many readers stopped, also after the segment was closed', () => {
    const log = open({ segmentBytes: 1 << 20 });
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

describe('the files of a partition', () => {
  it('begin with the first record', () => {
    const log = open();
    expect([log.startOffset, log.endOffset, log.lastStableOffset, log.bytes]).toEqual([0, 0, 0, 0]);
    expect(existsSync(log.directory)).toBe(false);
    log.close();
    expect(existsSync(log.directory)).toBe(false);
  });

  it('are cleared of what was not finished, and others are left alone', () => {
    const log = open();
    fill(log, 3);
    const names = ['start-offset.new', '00000000000000000000.log.cleaned', 'note.log', '1.log'];
    for (const name of names) writeFileSync(join(log.directory, name), 'x');
    expect(open().endOffset).toBe(3);
    expect(readdirSync(log.directory).sort()).toEqual(['00000000000000000000.log', '1.log', 'note.log']);
  });

  it('keep their offsets when all records are gone', () => {
    const log = open();
    fill(log, 200);
    log.roll();
    log.advanceStart(200);
    log.setCompactedTo(150);
    expect(log.segments).toHaveLength(1);
    rmSync(log.segments[0]!.path, { force: true });
    const again = open();
    expect([again.startOffset, again.endOffset, again.compactedTo]).toEqual([200, 200, 150]);
    fill(again, 203);
    again.advanceStart(100);
    expect(open().startOffset, 'it never goes back').toBe(200);
  });

  it('are closed with a checkpoint, each segment as it ends', () => {
    const log = open();
    fill(log, 100);
    const checkpoints = () => readdirSync(log.directory).filter((name) => name.endsWith('.checkpoint'));
    expect(checkpoints()).toHaveLength(log.segments.length - 1);
    log.close();
    expect(checkpoints()).toHaveLength(log.segments.length);
    expect(lines).toEqual([]);
  });
});
