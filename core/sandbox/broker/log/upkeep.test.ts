/** Retention and compaction on real files. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseTopicSettings } from '../topic-configs.ts';
import { compact } from './compaction.ts';
import { OpenFiles } from './open-files.ts';
import { PartitionLog } from './partition-log.ts';
import {
  attribute,
  batchHeaderSize,
  checkProducedBatch,
  readBatchHeader,
  sealBatch,
  writeBatchHeader,
} from './record-batch.ts';
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

  it('keeps all where nothing is limited, or the topic is only compacted', () => {
    for (const configs of [
      { 'retention.ms': '-1', 'retention.bytes': '-1' },
      { 'retention.ms': '1', 'retention.bytes': '1', 'cleanup.policy': 'compact' },
    ]) {
      rmSync(join(root, '0'), { recursive: true, force: true });
      files.closeAll();
      const log = open(configs);
      applyRetention(log, settings, Date.now());
      for (let i = 0; i < 30; i++) append(log, [{ value: 'old' }], 1);
      applyRetention(log, settings, Date.now());
      expect([log.startOffset, log.segments.length > 1]).toEqual([0, true]);
    }
  });

  it('keeps what is exactly within its limits', () => {
    const log = open({ 'retention.ms': '1000' });
    append(log, [{ value: 'old' }], 5_000);
    applyRetention(log, settings, 6_000);
    expect(log.startOffset).toBe(0);
    applyRetention(log, settings, 6_001);
    expect(log.startOffset).toBe(1);
    const small = open({ 'retention.ms': '-1' });
    for (let i = 0; i < 30; i++) append(small, [{ value: 'old' }], 5_000);
    const [, first] = small.segments;
    const excess = first!.size;
    applyRetention(small, { ...settings, retentionBytes: small.bytes - excess + 1 }, 6_000);
    expect(small.startOffset).toBe(1);
    applyRetention(small, { ...settings, retentionBytes: small.bytes - excess }, 6_000);
    expect(small.startOffset).toBe(small.segments[0]!.baseOffset);
    expect(small.startOffset).toBeGreaterThan(1);
  });

  it('counts records without a time from the beginning of their segment', () => {
    const log = open({ 'retention.ms': '1000' });
    append(log, [{ value: 'timeless' }], -1);
    const began = log.segments[0]!.firstAppendMs!;
    applyRetention(log, settings, began + 1_000);
    expect(log.startOffset).toBe(0);
    applyRetention(log, settings, began + 1_001);
    expect(log.startOffset).toBe(1);
  });

  it('ends at the first segment that is to be kept', () => {
    const log = open({ 'retention.ms': '1000' });
    append(log, [{ value: 'new' }], 5_000);
    log.roll();
    append(log, [{ value: 'old' }], 1);
    log.roll();
    applyRetention(log, settings, 5_500);
    expect(log.startOffset).toBe(0);
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

  const compacting = (more: Record<string, string> = {}) => open({ 'cleanup.policy': 'compact', ...more });
  const keys = (log: PartitionLog) => keptIn(log).map(({ key, offset }) => `${key ?? '-'}@${offset}`);
  const twice = (log: PartitionLog, timestampMs?: number) => {
    append(log, [{ key: 'a', value: '1' }, { value: 'no key' }], timestampMs);
    append(log, [{ key: 'a', value: '2' }], timestampMs);
    append(log, [{ key: 'b', value: '1' }], timestampMs);
    log.roll();
  };

  it('leaves the active segment, other topics and what is too fresh alone', async () => {
    const log = open({});
    twice(log);
    expect(await compact(log, settings, round())).toBe(false);
    settings = parseTopicSettings({ 'cleanup.policy': 'compact', 'min.compaction.lag.ms': '1000' });
    const now = log.segments[0]!.maxTimestampMs;
    expect(await compact(log, settings, { ...round(), nowMs: now + 1_000 })).toBe(false);
    expect(keys(log)).toEqual(['a@0', '-@1', 'a@2', 'b@3']);
    append(log, [{ key: 'a', value: '3' }]);
    expect(await compact(log, settings, { ...round(), nowMs: now + 1_001 })).toBe(true);
    expect(keys(log)).toEqual(['-@1', 'a@2', 'b@3', 'a@4']);
    expect(log.compactedTo).toBe(4);
    expect(await compact(log, settings, round()), 'nothing is new').toBe(false);
    expect(readdirSync(log.directory).filter((name) => name.endsWith('.cleaned'))).toEqual([]);
  });

  it('waits until enough is new', async () => {
    const log = compacting({ 'min.cleanable.dirty.ratio': '0.5' });
    for (let i = 0; i < 10; i++) append(log, [{ value: 'x'.repeat(100) }]);
    log.roll();
    expect(await compact(log, settings, round())).toBe(true);
    twice(log);
    expect(await compact(log, settings, round()), 'a small part').toBe(false);
    for (let i = 0; i < 10; i++) append(log, [{ value: 'x'.repeat(100) }]);
    log.roll();
    expect(await compact(log, settings, round())).toBe(true);
  });

  it('finds no time that only a dropped record had', async () => {
    const log = compacting();
    append(log, [{ key: 'a', value: '1', delayMs: 300 }, { key: 'b', value: '1', delayMs: 100 }, { value: '' }], 1_000);
    append(log, [{ key: 'a', value: '2' }], 1_050);
    log.roll();
    expect(log.segments[0]!.maxTimestampMs).toBe(1_300);
    await compact(log, settings, round());
    expect(log.locateMaxTime()!.located.header).toMatchObject({ maxTimestampMs: 1_100, baseTimestampMs: 1_000 });
  });

  it('keeps the last batch of a segment, emptied, and the end of the log', async () => {
    const log = compacting();
    append(log, [{ key: 'a', value: '1' }]);
    append(log, [{ key: 'b', value: '1' }]);
    log.roll();
    append(log, [{ key: 'a', value: '2' }]);
    append(log, [{ key: 'b', value: '2' }]);
    log.roll();
    await compact(log, settings, round());
    const [first] = log.segments;
    expect([...first!.headers()].map(({ header }) => [header.baseOffset, header.recordCount])).toEqual([[1, 0]]);
    expect(first!.nextOffset).toBe(2);
    expect(keys(log)).toEqual(['a@2', 'b@3']);
  });

  it('leaves transactions alone that are open or aborted', async () => {
    const log = compacting({ 'min.cleanable.dirty.ratio': '0' });
    const owner = { producerId: 3, producerEpoch: 0 };
    const inTransaction = (value: string) => {
      const batch = buildBatch([{ key: 'a', value }], { ...owner, attributes: attribute.transactional });
      log.append(batch, checkProducedBatch(batch));
    };
    append(log, [{ key: 'a', value: 'before' }]);
    append(log, [{ key: 'b', value: 'before' }]);
    inTransaction('open');
    log.roll();
    expect(await compact(log, settings, round()), 'nobody knows yet').toBe(false);
    log.appendMarker(owner, false);
    log.roll();
    expect(await compact(log, settings, round())).toBe(true);
    const batches = log.segments.flatMap((segment) => [...segment.headers()].map(({ header }) => header.baseOffset));
    expect(batches, 'what was aborted replaces nothing').toEqual([0, 1, 2, 3]);
    expect(log.abortedBetween(0, 4)).toEqual([{ producerId: 3, firstOffset: 2, lastOffset: 3 }]);
    inTransaction('committed');
    log.appendMarker(owner, true);
    log.roll();
    expect(await compact(log, settings, round())).toBe(true);
    expect(keys(log).filter((each) => each.startsWith('a'))).toEqual(['a@2', 'a@4']);
  });

  it('writes a compressed batch anew without compression, with the same times and offsets', async () => {
    const log = compacting();
    const plain = buildBatch(
      [
        { key: 'a', value: '1' },
        { key: 'b', value: '1' },
      ],
      { timestampMs: 7_000 },
    );
    const packed = Buffer.concat([plain.subarray(0, batchHeaderSize), gzipSync(plain.subarray(batchHeaderSize))]);
    writeBatchHeader(packed, { ...readBatchHeader(plain), attributes: 1 });
    sealBatch(packed);
    const same = Buffer.from(packed);
    log.append(packed, checkProducedBatch(packed));
    append(log, [{ key: 'a', value: '2' }]);
    log.roll();
    await compact(log, settings, round());
    expect(log.segments[0]!.headers().next().value.header).toMatchObject({
      attributes: 0,
      recordCount: 1,
      baseOffset: 0,
      lastOffset: 1,
      maxTimestampMs: 7_000,
    });
    expect(keys(log)).toEqual(['b@1', 'a@2']);
    files.closeAll();
    const again = compacting();
    expect(keys(again), 'its checksum is right').toEqual(['b@1', 'a@2']);
    again.append(same, checkProducedBatch(same));
    again.roll();
    await compact(again, settings, round());
    const untouched = [...again.segments.at(-2)!.headers()].at(-1)!.header;
    expect(untouched, 'all of it is kept, so are its bytes').toMatchObject({ attributes: 1, recordCount: 2 });
  });

  it('remembers producers and what it has done over a restart', async () => {
    const log = compacting();
    const sent = { producerId: 9, producerEpoch: 0, baseSequence: 0 };
    const batch = () => buildBatch([{ key: 'a', value: '1' }], sent);
    log.append(batch(), checkProducedBatch(batch()));
    twice(log);
    await compact(log, settings, round());
    files.closeAll();
    const again = compacting();
    expect(again.compactedTo).toBe(log.compactedTo);
    expect(again.append(batch(), checkProducedBatch(batch()))).toMatchObject({ duplicate: true, baseOffset: 0 });
  });

  it('gives up a topic that is deleted meanwhile, and when the broker closes', async () => {
    const log = compacting({ 'segment.bytes': '20000000' });
    for (let i = 0; i < 6; i++) append(log, [{ key: 'a', value: 'x'.repeat(1 << 20) }]);
    log.roll();
    const before = log.bytes;
    const ending = new AbortController();
    const stopped = compact(log, settings, { nowMs: Date.now(), signal: ending.signal });
    ending.abort();
    await expect(stopped).rejects.toThrow();
    expect([log.bytes, log.compactedTo]).toEqual([before, 0]);
    const running = compact(log, settings, round());
    while (!existsSync(`${log.segments[0]!.path}.cleaned`)) await turn();
    log.advanceStart(log.endOffset);
    expect(await running).toBe(true);
    expect(readdirSync(log.directory).filter((name) => /^0{20}/.test(name))).toEqual([]);
    const last = compacting({ 'segment.bytes': '20000000' });
    twice(last);
    const ended = compact(last, settings, round());
    last.remove();
    expect(await ended).toBe(false);
    expect(existsSync(last.directory)).toBe(false);
  });

  it('keeps every marker, and what others wrote during an aborted transaction', async () => {
    const log = compacting({ 'min.cleanable.dirty.ratio': '0' });
    const owner = { producerId: 3, producerEpoch: 0 };
    for (const value of ['first', 'second']) {
      const batch = buildBatch([{ key: 'a', value }], { ...owner, attributes: attribute.transactional });
      log.append(batch, checkProducedBatch(batch));
      append(log, [{ key: 'a', value: 'of another' }]);
      log.appendMarker(owner, false);
      log.roll();
    }
    await compact(log, settings, round());
    const batches = log.segments.flatMap((segment) => [...segment.headers()].map(({ header }) => header.baseOffset));
    expect(batches, 'only the first of the other is replaced').toEqual([0, 2, 3, 4, 5]);
  });
});
