import { expect, test } from 'vitest';
import { createColumn, isValid } from '#core/columns/column.ts';
import type { ColumnType } from '#core/columns/type.ts';
import { writeKeyText } from './key-text.ts';

function write(type: ColumnType, key: string | Uint8Array): unknown {
  const column = createColumn(type, 2);
  const bytes = typeof key === 'string' ? Buffer.from(key) : key;
  writeKeyText(column, 0, bytes, 0, bytes.length);
  expect(isValid(column, 0)).toBe(true);
  if (column.layout !== 'bytes') return column.values[0];
  return Buffer.from(column.data.subarray(column.offsets[0], column.offsets[1])).toString();
}

test('decimal text becomes the column’s number, exactly', () => {
  expect(write({ kind: 'int64' }, '9223372036854775807')).toBe(2n ** 63n - 1n);
  expect(write({ kind: 'int64' }, '-9223372036854775808')).toBe(-(2n ** 63n));
  expect(write({ kind: 'int32' }, '-42')).toBe(-42);
  expect(write({ kind: 'utf8' }, 'key with ünicode')).toBe('key with ünicode');
});

test.each([
  [{ kind: 'int64' }, '9223372036854775808'],
  [{ kind: 'int32' }, '2147483648'],
  [{ kind: 'int64' }, '1.5'],
  [{ kind: 'int64' }, ''],
  [{ kind: 'int64' }, new Uint8Array([0xff, 0xfe])],
  [{ kind: 'float64' }, '1'],
] as Array<[ColumnType, string | Uint8Array]>)('%j refuses %j', (type, key) => {
  expect(() => write(type, key)).toThrow(expect.objectContaining({ code: 'DECODE_FAILED' }));
});
