/** Retention and compaction on real files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseTopicSettings } from '../topic-configs.ts';
import { compact } from './compaction.ts';
import { OpenFiles } from './open-files.ts';
import { PartitionLog } from './partition-log.ts';
import { checkProducedBatch, readBatchHeader } from './record-batch.ts';
import { readRecords } from './records.ts';
import { applyRetention } from './retention.ts';
import { buildBatch, type TestRecord } from './test-batch.ts';

const day = 86_400_000;
let root: string;
let files: OpenFiles;
let settings = parseTopicSettings({});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'upkeep-'));
  files = new OpenFiles();
});

afterEach(() => {
  files.closeAll();
  rmSync(root, { recursive: true });
});

function open(configs: Record<string, string>): PartitionLog {
  settings = parseTopicSettings({ 'segment.bytes': '1000', ...configs });
  return new PartitionLog({ directory: join(root, '0'), files, limits: () => settings, log: () => {} });
}

function append(log: PartitionLog, records: readonly TestRecord[], timestampMs = Date.now()): void {
  const batch = buildBatch(records, { timestampMs });
  log.append(batch, checkProducedBatch(batch));
}

interface Kept {
  readonly offset: number;
  readonly key: string | undefined;
  readonly isTombstone: boolean;
}

function keptIn(log: PartitionLog): Kept[] {
  const kept: Kept[] = [];
  for (let next = log.startOffset; next < log.endOffset; ) {
    const { bytes, nextOffset } = log.read(next, { maxBytes: 100_000, limit: log.endOffset, atLeastOne: true });
    for (let at = 0; at < bytes.length; ) {
      const header = readBatchHeader(bytes, at);
      for (const { offset, key, isTombstone } of readRecords(bytes.subarray(at, at + header.size), header)) {
        kept.push({ offset, key: key?.toString(), isTombstone });
      }
      at += header.size;
    }
    expect(nextOffset).toBeGreaterThan(next);
    next = nextOffset;
  }
  return kept;
}

const round = () => ({ nowMs: Date.now(), signal: new AbortController().signal });

describe('retention', () => {
  it('deletes segments by size, the oldest first, and never the active one', () => {
    const log = open({ 'retention.bytes': '2500' });
    for (let i = 0; i < 60; i++) append(log, [{ value: 'x'.repeat(50) }]);
    applyRetention(log, settings, Date.now());
    expect(log.bytes).toBeGreaterThanOrEqual(2_500);
    expect(log.bytes).toBeLessThan(3_600);
    expect(log.startOffset).toBe(log.segments[0]!.baseOffset);
    expect(log.endOffset).toBe(60);
  });

  it('deletes by age, the active segment too, and offsets go on', () => {
    const log = open({ 'retention.ms': '1000' });
    const now = Date.now();
    for (let i = 0; i < 30; i++) append(log, [{ value: 'old' }], now - day);
    applyRetention(log, settings, now);
    expect([log.startOffset, log.endOffset, log.bytes]).toEqual([30, 30, 0]);
    append(log, [{ value: 'new' }], now);
    applyRetention(log, settings, now);
    const again = open({ 'retention.ms': '1000' });
    expect([again.startOffset, again.endOffset]).toEqual([30, 31]);
  });
});

describe('compaction', () => {
  it('keeps the last record of every key, at its offset', async () => {
    const records = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), size: fc.nat(80) }), {
      minLength: 20,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(records, async (given) => {
        rmSync(join(root, '0'), { recursive: true, force: true });
        files.closeAll();
        const log = open({ 'cleanup.policy': 'compact' });
        for (let i = 0; i < given.length; i += 4) {
          append(
            log,
            given.slice(i, i + 4).map(({ key, size }) => ({ key, value: 'v'.repeat(size) })),
          );
        }
        log.roll();
        const end = log.endOffset;
        await compact(log, settings, round());
        const expected = ['a', 'b', 'c', 'd']
          .map((key) => ({ key, offset: given.findLastIndex((record) => record.key === key) }))
          .filter(({ offset }) => offset >= 0)
          .sort((x, y) => x.offset - y.offset);
        expect(keptIn(log).map(({ key, offset }) => ({ key, offset }))).toEqual(expected);
        files.closeAll();
        const again = open({ 'cleanup.policy': 'compact' });
        expect(again.endOffset).toBe(end);
        expect(keptIn(again)).toHaveLength(expected.length);
      }),
      { numRuns: 25 },
    );
  });

  it('keeps a fresh tombstone and drops an old one', async () => {
    for (const [timestampMs, kept] of [
      [Date.now(), 1],
      [Date.now() - 2 * day, 0],
    ] as const) {
      rmSync(join(root, '0'), { recursive: true, force: true });
      files.closeAll();
      const log = open({ 'cleanup.policy': 'compact' });
      append(log, [{ key: 'a', value: 'v' }], timestampMs);
      append(log, [{ key: 'a', value: null }], timestampMs);
      append(log, [{ key: 'b', value: 'v' }], timestampMs);
      log.roll();
      await compact(log, settings, round());
      expect(keptIn(log).filter(({ isTombstone }) => isTombstone)).toHaveLength(kept);
      expect(keptIn(log).filter(({ key }) => key === 'b')).toHaveLength(1);
    }
  });
});
