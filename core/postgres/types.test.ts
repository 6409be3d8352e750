import { describe, expect, test } from 'vitest';
import type { ColumnType } from '#core/columns/type.ts';
import { fits } from './types.ts';

const plain = -1;
const numeric = (precision: number, scale: number) => ((precision << 16) | (scale & 0x7ff)) + 4;
const milliseconds: ColumnType = { kind: 'timestamp', unit: 'ms', utc: true };
const microseconds: ColumnType = { kind: 'timestamp', unit: 'us', utc: false };
const price: ColumnType = { kind: 'decimal', precision: 12, scale: 2 };

describe('a column of an existing table fits', () => {
  test.each<[string, ColumnType, string, number]>([
    ['of the same type', { kind: 'int32' }, 'int4', plain],
    ['of a wider type', { kind: 'int32' }, 'int8', plain],
    ['varchar(n), which refuses and never cuts', { kind: 'utf8' }, 'varchar', 14],
    ['a whole number in a numeric', { kind: 'int64' }, 'numeric', numeric(20, 0)],
    ['numeric without limits', price, 'numeric', plain],
    ['numeric of the same scale', price, 'numeric', numeric(12, 2)],
    ['a timestamp with enough digits', milliseconds, 'timestamptz', 3],
  ])('%s', (_, type, name, typmod) => {
    expect(fits(type, { type: name, typmod })).toBe(true);
  });
});

describe('a column of an existing table does not fit', () => {
  test.each<[string, ColumnType, string, number]>([
    ['a narrower type', { kind: 'int64' }, 'int4', plain],
    ['float8 for int64, which it does not hold exactly', { kind: 'int64' }, 'float8', plain],
    ['float4 for float64', { kind: 'float64' }, 'float4', plain],
    ['another type', { kind: 'utf8' }, 'int4', plain],
    ['char(n), which pads', { kind: 'utf8' }, 'bpchar', 7],
    ['numeric of a smaller scale, which rounds', price, 'numeric', numeric(12, 1)],
    ['numeric of a negative scale', { kind: 'int32' }, 'numeric', numeric(5, -2)],
    ['a fraction in an integral numeric', { kind: 'float64' }, 'numeric', numeric(12, 2)],
    ['timestamp without zone for an instant', milliseconds, 'timestamp', plain],
    ['a timestamp of fewer digits, which rounds', microseconds, 'timestamp', 3],
  ])('%s', (_, type, name, typmod) => {
    expect(fits(type, { type: name, typmod })).toBe(false);
  });
});
