import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBatch, resetBatch } from './batch.ts';
import { lastByKey } from './last-by-key.ts';
import { batchOf, put, type Value } from './test-batch.ts';
import type { ColumnType, Field } from './type.ts';

function fieldsOf(...types: readonly ColumnType[]): readonly Field[] {
  return types.map((type, index) => ({ name: `k${index}`, type, nullable: true }));
}

function batchOfKeys(fields: readonly Field[], keys: ReadonlyArray<readonly Value[]>) {
  return batchOf(
    fields,
    keys.map((key) => ({ values: Object.fromEntries(key.map((value, index) => [`k${index}`, value])) })),
  );
}

function last(type: ColumnType, keys: readonly Value[], rows?: Int32Array): number[] | undefined {
  const batch = batchOfKeys(
    fieldsOf(type),
    keys.map((key) => [key]),
  );
  const kept = lastByKey(batch, [0], rows);
  return kept === undefined ? undefined : [...kept];
}

test('keeps the last row of each key, ascending', () => {
  expect(last({ kind: 'int64' }, [7, 8, 7, 9, 8])).toEqual([2, 3, 4]);
});

test('answers undefined when every key is there once', () => {
  expect(last({ kind: 'int64' }, [1, 2, 3])).toBeUndefined();
  expect(last({ kind: 'int64' }, [])).toBeUndefined();
});

test('tells 64-bit keys apart that differ in one half only', () => {
  expect(last({ kind: 'int64' }, [1n, 1n + 2n ** 32n, -1n, 2n ** 63n - 1n, -(2n ** 63n)])).toBeUndefined();
});

test('looks at the given rows only', () => {
  expect(last({ kind: 'int32' }, [1, 1, 1, 2, 1], Int32Array.of(0, 2, 3))).toEqual([2, 3]);
  expect(last({ kind: 'int32' }, [1, 1, 2], Int32Array.of(0, 2))).toBeUndefined();
});

test('compares as a database does', () => {
  expect(last({ kind: 'float64' }, [0, -0, Number.NaN, Number.NaN])).toEqual([1, 3]);
  expect(last({ kind: 'utf8' }, ['a', 'A', '', null, null, 'a'])).toEqual([1, 2, 4, 5]);
  expect(last({ kind: 'bool' }, [true, false, true])).toEqual([1, 2]);
  const upper = '0F8FAD5B-D9CB-469F-A165-70867728950E';
  expect(last({ kind: 'uuid' }, [upper, upper.toLowerCase()])).toEqual([1]);
});

test('takes no value for no value, whatever was there before, and for nothing else', () => {
  const batch = batchOfKeys(fieldsOf({ kind: 'int32' }), [[1], [2]]);
  resetBatch(batch);
  batch.length = 2;
  for (const row of [0, 1]) put(batch.columns[0]!, row, null);
  expect([...lastByKey(batch, [0])!]).toEqual([1]);
  // This number has the hash of no value.
  expect(last({ kind: 'int32' }, [0x5bd1e995, null])).toBeUndefined();
});

/** Of so many keys some have the same 32-bit hash: the values themselves must tell them apart, and quickly. */
test.each<readonly [string, readonly ColumnType[], (n: number) => readonly Value[]]>([
  ['int64', [{ kind: 'int64' }], (n) => [BigInt.asIntN(64, BigInt(n) * 0x9e37_79b9_7f4a_7c15n)]],
  ['float64', [{ kind: 'float64' }], (n) => [Math.sin(n) * 10 ** (n % 300)]],
  ['utf8', [{ kind: 'utf8' }], (n) => [`${n * 7919}-${n % 13}`]],
  ['two columns', [{ kind: 'int32' }, { kind: 'utf8' }], (n) => [n % 1_000, String(Math.floor(n / 1_000))]],
])(
  'tells 300,000 keys apart: %s',
  (_, types, keyOf) => {
    const count = 300_000;
    const batch = createBatch(fieldsOf(...types), count + 1);
    for (let row = 0; row <= count; row++) {
      const key = keyOf(row % count);
      for (const [index, column] of batch.columns.entries()) put(column, row, key[index]);
    }
    const keyColumns = types.map((_, index) => index);
    batch.length = count;
    expect(lastByKey(batch, keyColumns)).toBeUndefined();
    batch.length = count + 1;
    expect(lastByKey(batch, keyColumns)?.[0]).toBe(1);
  },
  20_000,
);

const seed = Number(process.env.SEED ?? Date.now());

test(`agrees with a map of keys (seed ${seed})`, () => {
  const key = fc.tuple(fc.option(fc.integer({ min: 0, max: 5 })), fc.option(fc.constantFrom('', 'a', 'ab', 'b')));
  const fields = fieldsOf({ kind: 'int64' }, { kind: 'utf8' });
  fc.assert(
    fc.property(fc.array(key, { maxLength: 60 }), fc.array(fc.boolean(), { maxLength: 60 }), (keys, chosen) => {
      const rows = Int32Array.from(keys.keys()).filter((row) => chosen[row] === true);
      const expected = new Map([...rows].map((row) => [JSON.stringify(keys[row]), row]));
      const kept = lastByKey(batchOfKeys(fields, keys), [0, 1], rows);
      expect([...(kept ?? rows)]).toEqual([...expected.values()].sort((a, b) => a - b));
      expect(kept === undefined).toBe(expected.size === rows.length);
    }),
    { seed },
  );
});
