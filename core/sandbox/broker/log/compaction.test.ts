/** Compaction on real files: of each key the last record stays, at its offset, and no marker, time or producer is lost. */
import { existsSync, readdirSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTopicSettings } from '../topic-configs.ts';
import { compact } from './compaction.ts';
import type { PartitionLog } from './partition-log.ts';
import {
  attribute,
  batchHeaderSize,
  checkProducedBatch,
  readBatchHeader,
  sealBatch,
  writeBatchHeader,
} from './record-batch.ts';
import { buildBatch } from './test-batch.ts';
import { append, day, open, openNew, settings } from './test-configured-log.ts';
import { readLog, withFiles } from './test-log.ts';

withFiles();

const round = () => ({ nowMs: Date.now(), signal: new AbortController().signal });
const compacting = (more: Record<string, string> = {}) => open({ 'cleanup.policy': 'compact', ...more });
const keys = (log: PartitionLog) => readLog(log).map(({ key, offset }) => `${key?.toString() ?? '-'}@${offset}`);
const twice = (log: PartitionLog, timestampMs?: number) => {
  append(log, [{ key: 'a', value: '1' }, { value: 'no key' }], timestampMs);
  append(log, [{ key: 'a', value: '2' }], timestampMs);
  append(log, [{ key: 'b', value: '1' }], timestampMs);
  log.roll();
};

test('keeps the last record of every key, at its offset', async () => {
  const records = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), size: fc.nat(80) }), {
    minLength: 20,
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(records, async (given) => {
      const log = openNew({ 'cleanup.policy': 'compact' });
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
        .sort((x, y) => x.offset - y.offset)
        .map(({ key, offset }) => `${key}@${offset}`);
      expect(keys(log)).toEqual(expected);
      const again = open({ 'cleanup.policy': 'compact' });
      expect(again.endOffset).toBe(end);
      expect(readLog(again)).toHaveLength(expected.length);
    }),
    { numRuns: 25 },
  );
});

test('keeps a fresh tombstone and drops an old one', async () => {
  for (const [timestampMs, kept] of [
    [Date.now(), 1],
    [Date.now() - 2 * day, 0],
  ] as const) {
    const log = openNew({ 'cleanup.policy': 'compact' });
    append(log, [{ key: 'a', value: 'v' }], timestampMs);
    append(log, [{ key: 'a', value: null }], timestampMs);
    append(log, [{ key: 'b', value: 'v' }], timestampMs);
    log.roll();
    await compact(log, settings, round());
    expect(readLog(log).filter(({ isTombstone }) => isTombstone)).toHaveLength(kept);
    expect(readLog(log).filter(({ key }) => String(key) === 'b')).toHaveLength(1);
  }
});

test('leaves the active segment, other topics and what is too fresh alone', async () => {
  const log = open({});
  twice(log);
  expect(await compact(log, settings, round())).toBe(false);
  const lagging = parseTopicSettings({ 'cleanup.policy': 'compact', 'min.compaction.lag.ms': '1000' });
  const now = log.segments[0]!.maxTimestampMs;
  expect(await compact(log, lagging, { ...round(), nowMs: now + 1_000 })).toBe(false);
  expect(keys(log)).toEqual(['a@0', '-@1', 'a@2', 'b@3']);
  append(log, [{ key: 'a', value: '3' }]);
  expect(await compact(log, lagging, { ...round(), nowMs: now + 1_001 })).toBe(true);
  expect(keys(log)).toEqual(['-@1', 'a@2', 'b@3', 'a@4']);
  expect(log.compactedTo).toBe(4);
  expect(await compact(log, lagging, round()), 'nothing is new').toBe(false);
  expect(readdirSync(log.directory).filter((name) => name.endsWith('.cleaned'))).toEqual([]);
});

test('waits until enough is new', async () => {
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

test('finds no time that only a dropped record had', async () => {
  const log = compacting();
  append(log, [{ key: 'a', value: '1', delayMs: 300 }, { key: 'b', value: '1', delayMs: 100 }, { value: '' }], 1_000);
  append(log, [{ key: 'a', value: '2' }], 1_050);
  log.roll();
  expect(log.segments[0]!.maxTimestampMs).toBe(1_300);
  await compact(log, settings, round());
  expect(log.locateMaxTime()!.located.header).toMatchObject({ maxTimestampMs: 1_100, baseTimestampMs: 1_000 });
});

test('keeps the last batch of a segment, emptied, and the end of the log', async () => {
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

test('leaves transactions alone that are open or aborted', async () => {
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

test('writes a compressed batch anew without compression, with the same times and offsets', async () => {
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
  const again = compacting();
  expect(keys(again), 'its checksum is right').toEqual(['b@1', 'a@2']);
  again.append(same, checkProducedBatch(same));
  again.roll();
  await compact(again, settings, round());
  const untouched = [...again.segments.at(-2)!.headers()].at(-1)!.header;
  expect(untouched, 'all of it is kept, so are its bytes').toMatchObject({ attributes: 1, recordCount: 2 });
});

test('remembers producers and what it has done over a restart', async () => {
  const log = compacting();
  const sent = { producerId: 9, producerEpoch: 0, baseSequence: 0 };
  const batch = () => buildBatch([{ key: 'a', value: '1' }], sent);
  log.append(batch(), checkProducedBatch(batch()));
  twice(log);
  await compact(log, settings, round());
  const again = compacting();
  expect(again.compactedTo).toBe(log.compactedTo);
  expect(again.append(batch(), checkProducedBatch(batch()))).toMatchObject({ duplicate: true, baseOffset: 0 });
});

test('gives up a topic that is deleted meanwhile, and when the broker closes', async () => {
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

test.each([
  { isCommit: false, kept: [0, 2, 3, 4, 5, 6, 7], what: 'only the first of the other is replaced' },
  { isCommit: true, kept: [2, 3, 5, 6, 7], what: 'the last of all stays' },
])('keeps every marker (commit: $isCommit), and what others wrote meanwhile', async ({ isCommit, kept, what }) => {
  const log = compacting({ 'min.cleanable.dirty.ratio': '0' });
  const owner = { producerId: 3, producerEpoch: 0 };
  for (const value of ['first', 'second']) {
    const batch = buildBatch([{ key: 'a', value }], { ...owner, attributes: attribute.transactional });
    log.append(batch, checkProducedBatch(batch));
    append(log, [{ key: 'a', value: 'of another' }]);
    log.appendMarker(owner, isCommit);
    append(log, [{ value: 'no key' }]);
    log.roll();
  }
  await compact(log, settings, round());
  const batches = log.segments.flatMap((segment) => [...segment.headers()].map(({ header }) => header.baseOffset));
  expect(batches, what).toEqual(kept);
});
