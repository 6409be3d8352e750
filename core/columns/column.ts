/**
 * One column: typed arrays preallocated for `capacity` rows, written in place by generated decoders and read in place by
 * encoders. A column is reused batch after batch, so the hot path allocates nothing.
 *
 * Every column has a validity bitmap (1 = has a value, least significant bit first). A writer sets or clears the bit of
 * each row it writes; `reset` clears them all.
 */
import { type ColumnType, layoutOf } from './type.ts';

interface ColumnBase {
  readonly type: ColumnType;
  readonly capacity: number;
  readonly validity: Uint8Array;
}

export interface BitsColumn extends ColumnBase {
  readonly layout: 'bits';
  readonly values: Uint8Array;
}

export interface NumberColumn extends ColumnBase {
  readonly layout: 'int32' | 'float32' | 'float64';
  readonly values: Int32Array | Float32Array | Float64Array;
}

export interface Int64Column extends ColumnBase {
  readonly layout: 'int64';
  readonly values: BigInt64Array;
  /** The same memory as 32-bit words, low word first: row r is `words[2r]`, `words[2r + 1]`. Lets hot loops avoid BigInt objects. */
  readonly words: Int32Array;
}

export interface BytesColumn extends ColumnBase {
  readonly layout: 'bytes';
  /** `capacity + 1` entries: row r is `data[offsets[r]] … data[offsets[r + 1] - 1]`. A null row is empty. */
  readonly offsets: Int32Array;
  /** Replaced by a longer one in `reserve`: read it from the column, never keep it across a call. */
  data: Uint8Array;
}

export type Column = BitsColumn | NumberColumn | Int64Column | BytesColumn;

export function createColumn(type: ColumnType, capacity: number): Column {
  const validity = new Uint8Array((capacity + 7) >> 3);
  const base = { type, capacity, validity };
  const layout = layoutOf(type);
  switch (layout) {
    case 'bits':
      return { ...base, layout, values: new Uint8Array((capacity + 7) >> 3) };
    case 'int32':
      return { ...base, layout, values: new Int32Array(capacity) };
    case 'float32':
      return { ...base, layout, values: new Float32Array(capacity) };
    case 'float64':
      return { ...base, layout, values: new Float64Array(capacity) };
    case 'int64': {
      const values = new BigInt64Array(capacity);
      return { ...base, layout, values, words: new Int32Array(values.buffer) };
    }
    case 'bytes':
      return { ...base, layout, offsets: new Int32Array(capacity + 1), data: new Uint8Array(capacity * 8) };
  }
}

/** Makes room for `extra` more bytes after row `row - 1`; called before rows are written, never between bytes of a value. */
export function reserve(column: BytesColumn, row: number, extra: number): void {
  const used = column.offsets[row]!;
  if (column.data.length >= used + extra) return;
  const longer = new Uint8Array(Math.max(used + extra, column.data.length * 2));
  longer.set(column.data.subarray(0, used));
  column.data = longer;
}

export function resetColumn(column: Column): void {
  column.validity.fill(0);
}

/** Of a validity bitmap, or of a bits column's values. */
export function isSet(bits: Uint8Array, row: number): boolean {
  return ((bits[row >> 3]! >> (row & 7)) & 1) === 1;
}

export function isValid(column: Column, row: number): boolean {
  return isSet(column.validity, row);
}

export function setValid(column: Column, row: number): void {
  column.validity[row >> 3]! |= 1 << (row & 7);
}

/** Writes "no value" at `row`; rows of a bytes column are written in ascending order. */
export function setNull(column: Column, row: number): void {
  column.validity[row >> 3]! &= ~(1 << (row & 7));
  if (column.layout === 'bytes') column.offsets[row + 1] = column.offsets[row]!;
}

/** Writes a value at `row`, whose bit is the caller's; rows of a bytes column are written in ascending order. */
export function writeBytes(column: BytesColumn, row: number, bytes: Uint8Array): void {
  reserve(column, row, bytes.length);
  const start = column.offsets[row]!;
  column.data.set(bytes, start);
  column.offsets[row + 1] = start + bytes.length;
}
