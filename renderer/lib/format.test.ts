import { expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMilliseconds,
  formatRate,
  formatTimestamp,
  plural,
} from './format.ts';

const plain = (text: string): string => text.replaceAll('\u202f', ' ');

test('counts keep every digit', () => {
  expect(plain(formatCount(9_007_199_254_740_993n))).toBe('9 007 199 254 740 993');
  expect(plain(formatCount(-1_234))).toBe('-1 234');
  expect(formatCount(999)).toBe('999');
});

test('rates show as many digits as mean something', () => {
  expect([0, 0.42, 9.96, 200.4, 12_345.6].map((rate) => plain(formatRate(rate)))).toEqual([
    '0',
    '0.4',
    '10.0',
    '200',
    '12 346',
  ]);
});

test('sizes never show four digits', () => {
  expect([0, 999, 1_000, 99_949, 99_950, 999_499, 999_500, 4_200_000n].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '99.9 kB',
    '100 kB',
    '999 kB',
    '1.0 MB',
    '4.2 MB',
  ]);
});

test('times of a step from microseconds to seconds', () => {
  expect([0, 0.0004, 0.042, 0.42, 3.14, 42, 1_300, 12_340].map(formatMilliseconds)).toEqual([
    '0.00 ms',
    '1 µs',
    '42 µs',
    '0.42 ms',
    '3.1 ms',
    '42 ms',
    '1.30 s',
    '12.3 s',
  ]);
});

test('durations', () => {
  expect([-5, 8_000, 200_000, 7_500_000, 270_000_000].map(formatDuration)).toEqual([
    '0 s',
    '8 s',
    '3 min 20 s',
    '2 h 05 min',
    '3 d 3 h',
  ]);
});

test('a timestamp beyond what a Date holds stays a number', () => {
  expect(formatTimestamp(9_223_372_036_854_775_807n)).toBe('9223372036854775807');
  expect(formatTimestamp(0n)).toMatch(/^19(69|70)-\d\d-\d\d \d\d:\d\d:00\.000$/);
});

test('one and many', () => {
  expect([plural(1, 'process', 'processes'), plural(0n, 'record')]).toEqual(['1 process', '0 records']);
});
