import { expect, test } from 'vitest';
import { columnOf, createBatch, resetBatch, withColumn } from './batch.ts';
import {
  type BytesColumn,
  type Column,
  createColumn,
  type Int64Column,
  isValid,
  reserve,
  setNull,
  setValid,
} from './column.ts';
import { batchOf, put } from './test-batch.ts';
import { type ColumnType, type Field, typeName } from './type.ts';

const fields: readonly Field[] = [
  { name: 'id', type: { kind: 'int64' }, nullable: false },
  { name: 'name', type: { kind: 'utf8' }, nullable: true },
];

test('a batch that was given back is filled as if it were new', () => {
  const batch = batchOf(fields, [{ values: { id: 1, name: 'a' } }, { values: { id: 2 }, tombstone: true }]);
  put(batch.key, 0, new Uint8Array([1]));
  batch.ranges = [{ partition: 0, from: 0n, next: 2n, leaderEpoch: 0 }];
  resetBatch(batch);
  expect(batch).toMatchObject({ length: 0, tombstones: 0, ranges: [] });
  expect([...batch.tombstone]).toEqual([0, 0]);
  for (const column of [batch.key, ...batch.columns]) expect(isValid(column, 0)).toBe(false);
});

test('a new batch is empty', () => {
  expect(createBatch(fields, 4)).toMatchObject({ capacity: 4, length: 0, tombstones: 0, ranges: [] });
});

test('columns are found by name', () => {
  const batch = createBatch(fields, 1);
  expect(columnOf(batch, 'id')).toBe(batch.columns[0]);
  expect(columnOf(batch, 'name')).toBe(batch.columns[1]);
  expect(columnOf(batch, 'other')).toBeUndefined();
});

test('one more column shares the memory of the others', () => {
  const batch = batchOf(fields, [{ values: { id: 1 } }]);
  const field: Field = { name: 'score', type: { kind: 'float32' }, nullable: true };
  const column = createColumn(field.type, 1);
  const wider = withColumn(batch, field, column);
  expect(wider.fields).toEqual([...fields, field]);
  expect(wider.columns).toEqual([...batch.columns, column]);
  expect(wider.columns[0]).toBe(batch.columns[0]);
  expect(wider.length).toBe(1);
});

test.each<readonly [ColumnType, Column['layout'], string]>([
  [{ kind: 'bool' }, 'bits', 'Uint8Array'],
  [{ kind: 'date' }, 'int32', 'Int32Array'],
  [{ kind: 'float32' }, 'float32', 'Float32Array'],
  [{ kind: 'float64' }, 'float64', 'Float64Array'],
  [{ kind: 'time', unit: 'ms' }, 'int64', 'BigInt64Array'],
])('the memory of %j is %s', (type, layout, array) => {
  const column = createColumn(type, 10);
  expect(column).toMatchObject({ type, layout, capacity: 10 });
  expect(column.validity).toHaveLength(2);
  if (column.layout === 'bytes') throw new Error('it has no values');
  expect(column.values.constructor.name).toBe(array);
  expect(column.values).toHaveLength(layout === 'bits' ? 2 : 10);
});

test('the words of a 64-bit column are its values, the low word first', () => {
  const column = createColumn({ kind: 'int64' }, 2) as Int64Column;
  column.values[1] = -(2n ** 32n) + 5n;
  expect([...column.words]).toEqual([0, 0, 5, -1]);
});

test('no value is written over a value: bytes end where they begin, other columns have no offsets', () => {
  const bytes = createColumn({ kind: 'utf8' }, 9) as BytesColumn;
  put(bytes, 7, 'ab');
  put(bytes, 8, 'c');
  setNull(bytes, 8);
  expect([isValid(bytes, 7), isValid(bytes, 8), bytes.offsets[9]]).toEqual([true, false, 2]);
  const number = createColumn({ kind: 'int32' }, 9);
  setValid(number, 3);
  setValid(number, 4);
  setNull(number, 3);
  expect([3, 4].map((row) => isValid(number, row))).toEqual([false, true]);
  expect(number).not.toHaveProperty('offsets');
});

test('bytes move to longer memory with what is there', () => {
  const column = createColumn({ kind: 'binary' }, 2) as BytesColumn;
  expect(column.data.length).toBeGreaterThanOrEqual(16);
  put(column, 0, new Uint8Array([7, 8]));
  const before = column.data;
  reserve(column, 1, before.length - 2);
  expect(column.data).toBe(before);
  reserve(column, 1, before.length - 1);
  expect(column.data.length).toBeGreaterThanOrEqual(before.length * 2);
  expect([...column.data.subarray(0, 2)]).toEqual([7, 8]);
});

test.each<readonly [ColumnType, string]>([
  [{ kind: 'int32' }, 'int32'],
  [{ kind: 'time', unit: 'us' }, 'time[us]'],
  [{ kind: 'timestamp', unit: 'ms', utc: true }, 'timestamp[ms, utc]'],
  [{ kind: 'timestamp', unit: 'us', utc: false }, 'timestamp[us]'],
  [{ kind: 'decimal', precision: 10, scale: 2 }, 'decimal(10, 2)'],
])('a type has one name: %j', (type, name) => {
  expect(typeName(type)).toBe(name);
});
