/** Retention on real files: by size, by age, and what is never taken. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { applyRetention } from './retention.ts';
import { append, day, open, openNew, settings } from './test-configured-log.ts';
import { withFiles } from './test-log.ts';

withFiles();

test('deletes segments by size, the oldest first, and never the active one', () => {
  const log = open({ 'retention.bytes': '2500' });
  for (let i = 0; i < 60; i++) append(log, [{ value: 'x'.repeat(50) }]);
  applyRetention(log, settings, Date.now());
  expect(log.bytes).toBeGreaterThanOrEqual(2_500);
  expect(log.bytes).toBeLessThan(3_600);
  expect(log.startOffset).toBe(log.segments[0]!.baseOffset);
  expect(log.endOffset).toBe(60);
});

test('keeps of no bytes the active segment, and of no time nothing', () => {
  const log = open({ 'retention.bytes': '0', 'retention.ms': '-1' });
  for (let i = 0; i < 30; i++) append(log, [{ value: 'old' }], 1);
  const active = log.segments.at(-1)!;
  applyRetention(log, settings, 1);
  expect(log.segments).toEqual([active]);
  expect(log.startOffset).toBe(active.baseOffset);
  applyRetention(log, { ...settings, retentionMs: 0 }, 2);
  expect([log.startOffset, log.endOffset, log.segments.length]).toEqual([30, 30, 1]);
  applyRetention(log, { ...settings, retentionMs: 0 }, 2);
  expect(log.segments.map(({ path }) => existsSync(path))).toEqual([false]);
});

test('begins no segment where the active one is empty already', () => {
  const log = open({ 'retention.ms': '1000' });
  append(log, [{ value: 'old' }], 1);
  const active = log.roll();
  applyRetention(log, settings, 5_000);
  expect(log.segments).toEqual([active]);
});

test('deletes by age, the active segment too, and offsets go on', () => {
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

test('keeps all where nothing is limited, or the topic is only compacted', () => {
  for (const configs of [
    { 'retention.ms': '-1', 'retention.bytes': '-1' },
    { 'retention.ms': '1', 'retention.bytes': '1', 'cleanup.policy': 'compact' },
  ]) {
    const log = openNew(configs);
    applyRetention(log, settings, Date.now());
    for (let i = 0; i < 30; i++) append(log, [{ value: 'old' }], 1);
    applyRetention(log, settings, Date.now());
    expect([log.startOffset, log.segments.length > 1]).toEqual([0, true]);
  }
});

test('keeps what is exactly within its limits', () => {
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

test('counts records without a time from the beginning of their segment', () => {
  const log = open({ 'retention.ms': '1000' });
  append(log, [{ value: 'timeless' }], -1);
  const began = log.segments[0]!.firstAppendMs!;
  applyRetention(log, settings, began + 1_000);
  expect(log.startOffset).toBe(0);
  applyRetention(log, settings, began + 1_001);
  expect(log.startOffset).toBe(1);
});

test('ends at the first segment that is to be kept', () => {
  const log = open({ 'retention.ms': '1000' });
  append(log, [{ value: 'new' }], 5_000);
  log.roll();
  append(log, [{ value: 'old' }], 1);
  log.roll();
  applyRetention(log, settings, 5_500);
  expect(log.startOffset).toBe(0);
});
