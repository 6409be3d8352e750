import { appendFileSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ErrorCode } from '../wire/error-codes.ts';
import { OpenFiles } from './open-files.ts';
import { type LogLimits, PartitionLog } from './partition-log.ts';
import { checkProducedBatch, readBatchHeader } from './record-batch.ts';
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
