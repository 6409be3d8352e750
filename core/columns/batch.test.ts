import { expect, test } from 'vitest';
import { columnOf, createBatch, resetBatch, withColumn } from './batch.ts';
import { type BytesColumn, createColumn, isValid, reserve } from './column.ts';
import { batchOf, put } from './fixtures/batch.ts';
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
