/**
 * Which rows remain when of several rows with one key only the last is kept: what a set-based upsert needs, since it may
 * not touch a row twice.
 *
 * Keys are compared as a database compares them: 0 equals -0, NaN equals NaN, upper and lower case of a uuid are one, and
 * (unlike SQL) no value equals no value.
 */
import type { Batch } from './batch.ts';
import type { BytesColumn, Column } from './column.ts';

/** Grown as needed and used by every call in this process: a call is over before the next begins. */
let hashes = new Int32Array(0);
let table = new Int32Array(0);
let kept = new Int32Array(0);

/**
 * Ascending row numbers; undefined when nothing is dropped. `rows`: consider only these, ascending; all when left out.
 * Allocates the answer and nothing else.
 */
export function lastByKey(batch: Batch, keyColumns: readonly number[], rows?: Int32Array): Int32Array | undefined {
  const count = rows === undefined ? batch.length : rows.length;
  const columns = keyColumns.map((index) => batch.columns[index]!);
  const mask = reserve(count, batch.length);
  hashes.fill(0, 0, batch.length);
  for (const column of columns) hashColumn(column, batch.length);

  const isEqual = (a: number, b: number): boolean => {
    for (const column of columns) if (!isSame(column, a, b)) return false;
    return true;
  };
  let next = count;
  for (let i = count - 1; i >= 0; i--) {
    const row = rows === undefined ? i : rows[i]!;
    if (insert(row, mask, isEqual)) kept[--next] = row;
  }
  return next === 0 ? undefined : kept.slice(next, count);
}

/** Answers the mask of the emptied table: at most half of its places get used. */
function reserve(count: number, length: number): number {
  let size = 16;
  while (size < count * 2) size *= 2;
  if (table.length < size) table = new Int32Array(size);
  if (hashes.length < length) hashes = new Int32Array(length);
  if (kept.length < count) kept = new Int32Array(count);
  table.fill(0, 0, size);
  return size - 1;
}

/** False when the key is there already, from a later row. A place holds row + 1, 0 is free. */
function insert(row: number, mask: number, isEqual: (a: number, b: number) => boolean): boolean {
  const hash = hashes[row]!;
  let place = (hash ^ (hash >>> 15)) & mask;
  for (;;) {
    const other = table[place]! - 1;
    if (other < 0) break;
    if (hashes[other] === hash && isEqual(other, row)) return false;
    place = (place + 1) & mask;
  }
  table[place] = row + 1;
  return true;
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 16);
}

function hashColumn(column: Column, length: number): void {
  const { validity } = column;
  for (let row = 0; row < length; row++) {
    const isValid = ((validity[row >> 3]! >> (row & 7)) & 1) === 1;
    hashes[row] = isValid ? hashValue(column, row, hashes[row]!) : mix(hashes[row]!, 0x5bd1e995);
  }
}

function hashValue(column: Column, row: number, hash: number): number {
  switch (column.layout) {
    case 'bits':
      return mix(hash, (column.values[row >> 3]! >> (row & 7)) & 1);
    case 'int32':
      return mix(hash, column.values[row]!);
    case 'int64':
      return mix(mix(hash, column.words[2 * row]!), column.words[2 * row + 1]!);
    case 'float32':
    case 'float64':
      return hashNumber(column.values[row]!, hash);
    case 'bytes':
      return hashBytes(column, row, hash);
  }
}

const double = new Float64Array(1);
const doubleWords = new Int32Array(double.buffer);

function hashNumber(value: number, hash: number): number {
  double[0] = value === 0 ? 0 : Number.isNaN(value) ? Number.NaN : value;
  return mix(mix(hash, doubleWords[0]!), doubleWords[1]!);
}

/** The bit that tells upper from lower case; digits and the dash have it set already. */
function caseBit(column: BytesColumn): number {
  return column.type.kind === 'uuid' ? 0x20 : 0;
}

function hashBytes(column: BytesColumn, row: number, hash: number): number {
  const { data, offsets } = column;
  const fold = caseBit(column);
  const end = offsets[row + 1]!;
  let result = mix(hash, end - offsets[row]!);
  for (let at = offsets[row]!; at < end; at++) result = Math.imul(result ^ (data[at]! | fold), 0x01000193);
  return mix(result, 0);
}

function isSame(column: Column, a: number, b: number): boolean {
  const { validity } = column;
  const validA = (validity[a >> 3]! >> (a & 7)) & 1;
  const validB = (validity[b >> 3]! >> (b & 7)) & 1;
  if (validA !== validB) return false;
  if (validA === 0) return true;
  switch (column.layout) {
    case 'bits':
      return ((column.values[a >> 3]! >> (a & 7)) & 1) === ((column.values[b >> 3]! >> (b & 7)) & 1);
    case 'int64':
      return column.words[2 * a] === column.words[2 * b] && column.words[2 * a + 1] === column.words[2 * b + 1];
    case 'bytes':
      return isSameBytes(column, a, b);
    default: {
      const left = column.values[a]!;
      const right = column.values[b]!;
      return left === right || (Number.isNaN(left) && Number.isNaN(right));
    }
  }
}

function isSameBytes(column: BytesColumn, a: number, b: number): boolean {
  const { data, offsets } = column;
  const fold = caseBit(column);
  const startA = offsets[a]!;
  const startB = offsets[b]!;
  const size = offsets[a + 1]! - startA;
  if (size !== offsets[b + 1]! - startB) return false;
  for (let at = 0; at < size; at++) {
    if ((data[startA + at]! | fold) !== (data[startB + at]! | fold)) return false;
  }
  return true;
}
