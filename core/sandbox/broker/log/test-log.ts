/** What tests of one partition share: its log on real files, batches that are appended, records that are read back. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { OpenFiles } from './open-files.ts';
import { type Appended, type LogLimits, PartitionLog } from './partition-log.ts';
import { checkProducedBatch, readBatchHeader } from './record-batch.ts';
import { type LogRecord, readRecords } from './records.ts';
import { buildBatch, type TestBatchOptions, type TestRecord } from './test-batch.ts';

/** The folder of the partition. */
export let directory: string;
/** What the logs of the test said. */
export let lines: string[];
let root: string;
let files: OpenFiles;

/** Called once, at the top of a test file: each test has a folder of its own. */
export function withFiles(): void {
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'partition-log-'));
    directory = join(root, '0');
    files = new OpenFiles(2);
    lines = [];
  });
  afterEach(() => {
    files.closeAll();
    rmSync(root, { recursive: true });
  });
}

/** As after a restart: what was opened before is left as a kill leaves it. */
export function openLog(limits: LogLimits): PartitionLog {
  files.closeAll();
  return new PartitionLog({ directory, files, limits: () => limits, log: (line) => lines.push(line) });
}

/** With nothing in it. */
export function openNewLog(limits: LogLimits): PartitionLog {
  files.closeAll();
  rmSync(directory, { recursive: true, force: true });
  return openLog(limits);
}

export function appendRecords(
  log: PartitionLog,
  records: readonly TestRecord[],
  options: TestBatchOptions = {},
): Appended {
  const batch = buildBatch(records, options);
  return log.append(batch, checkProducedBatch(batch));
}

/** Every record from `offset` to the end, a fetch of `maxBytes` at a time. */
export function readLog(log: PartitionLog, offset = log.startOffset, maxBytes = 1_000): LogRecord[] {
  const found: LogRecord[] = [];
  for (let next = offset; next < log.endOffset; ) {
    const { bytes, nextOffset } = log.read(next, { maxBytes, limit: log.endOffset, atLeastOne: true });
    for (let at = 0; at < bytes.length; ) {
      const header = readBatchHeader(bytes, at);
      for (const record of readRecords(bytes.subarray(at, at + header.size), header)) {
        if (record.offset >= next) found.push(record);
      }
      at += header.size;
    }
    expect(nextOffset).toBeGreaterThan(next);
    next = nextOffset;
  }
  return found;
}

const limits: LogLimits = { segmentBytes: 2_048, segmentMs: 1e12, appendTime: false };

/** Of segments so small that a few batches fill one. */
export const openSmall = (overrides: Partial<LogLimits> = {}): PartitionLog => openLog({ ...limits, ...overrides });

/** Values of four characters, all with one key. */
export function append(log: PartitionLog, values: readonly string[], options: TestBatchOptions = {}): Appended {
  return appendRecords(
    log,
    values.map((value) => ({ key: 'k', value })),
    options,
  );
}

export function readAll(log: PartitionLog, offset = log.startOffset, maxBytes = 1_000): string[] {
  return readLog(log, offset, maxBytes).map(({ bytes }) => bytes.subarray(-5, -1).toString());
}

export const value = (i: number): string => String(i).padStart(4, '0');
export const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => value(from + i));

/** Up to `count` records, each with its offset as value. */
export function fill(log: PartitionLog, count: number, perBatch = 3): void {
  for (let i = log.endOffset; i < count; i += perBatch) append(log, range(i, Math.min(i + perBatch, count)));
}
