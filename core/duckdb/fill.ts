/**
 * How the values of one column get into a vector of DuckDB: one function a type, made once. Rows without a value are
 * written as whatever stands there; the validity mask hides them.
 */
import { isUtf8 } from 'node:buffer';
import duckdb from '@duckdb/node-bindings';
import { type BytesColumn, type Column, type Int64Column, isValid } from '#core/columns/column.ts';
import type { ColumnType } from '#core/columns/type.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import { isText } from './types.ts';

/** Writes `count` rows: `rows[from] …`, or `from …` when `rows` is undefined. */
export type Fill = (
  vector: duckdb.Vector,
  column: Column,
  rows: Int32Array | undefined,
  from: number,
  count: number,
) => void;

/** `chunkRows`: the most rows that are ever asked for. `name` is the column's, for errors. */
export function createFill(type: ColumnType, name: string, chunkRows: number): Fill {
  switch (type.kind) {
    case 'bool':
      return fillBits(chunkRows);
    case 'int32':
    case 'date':
    case 'float32':
      return fillNumbers(4);
    case 'float64':
    case 'int64':
      return fillNumbers(8);
    case 'timestamp':
    case 'time':
      return type.unit === 'us' ? fillNumbers(8) : fillMicroseconds(name, chunkRows);
    case 'utf8':
    case 'json':
      return fillTexts(name, chunkRows, true);
    case 'binary':
      return fillTexts(name, chunkRows, false);
    case 'uuid':
      return fillEach(16, chunkRows, (column, row, words, at) => writeUuid(column, row, words, at, name));
    case 'decimal':
      return isText(type) ? fillTexts(name, chunkRows, true) : fillDecimals(type, name, chunkRows);
  }
}

/** The column's own memory as it is, or gathered. */
function fillNumbers(width: 4 | 8): Fill {
  let gathered = new Int32Array(0);
  return (vector, column, rows, from, count) => {
    const source = (column as Exclude<Column, BytesColumn>).values;
    const { buffer, byteOffset } = source;
    if (rows === undefined) {
      duckdb.copy_data_to_vector(vector, 0, buffer as ArrayBuffer, byteOffset + from * width, count * width);
      return;
    }
    const perRow = width >> 2;
    if (gathered.length < count * perRow) gathered = new Int32Array(count * perRow);
    const words = new Int32Array(buffer, byteOffset, source.byteLength >> 2);
    if (perRow === 1) for (let index = 0; index < count; index++) gathered[index] = words[rows[from + index]!]!;
    else
      for (let index = 0; index < count; index++) {
        const row = rows[from + index]!;
        gathered[2 * index] = words[2 * row]!;
        gathered[2 * index + 1] = words[2 * row + 1]!;
      }
    duckdb.copy_data_to_vector(vector, 0, gathered.buffer, 0, count * width);
  };
}

/** One byte a value. */
function fillBits(chunkRows: number): Fill {
  const bytes = new Uint8Array(chunkRows);
  return (vector, column, rows, from, count) => {
    const { values } = column as Exclude<Column, BytesColumn>;
    for (let index = 0; index < count; index++) {
      const row = rows === undefined ? from + index : rows[from + index]!;
      bytes[index] = ((values[row >> 3] as number) >> (row & 7)) & 1;
    }
    duckdb.copy_data_to_vector(vector, 0, bytes.buffer, 0, count);
  };
}

type WriteValue = (column: Column, row: number, words: Int32Array, at: number) => void;

/** `write` puts the value of a row at word `at`; it is not called for rows without a value. */
function fillEach(width: number, chunkRows: number, write: WriteValue): Fill {
  const words = new Int32Array((chunkRows * width) >> 2);
  const perRow = width >> 2;
  return (vector, column, rows, from, count) => {
    for (let index = 0; index < count; index++) {
      const row = rows === undefined ? from + index : rows[from + index]!;
      if (isValid(column, row)) write(column, row, words, index * perRow);
    }
    duckdb.copy_data_to_vector(vector, 0, words.buffer, 0, count * width);
  };
}

const limit64 = 2n ** 63n - 1n;
/** Up to here a millisecond times 1,000 is exact in a double. */
const exactMs = 9e12;

/** Milliseconds come, DuckDB keeps microseconds. */
function fillMicroseconds(name: string, chunkRows: number): Fill {
  return fillEach(8, chunkRows, (column, row, words, at) => {
    const { words: source, values } = column as Int64Column;
    const ms = source[2 * row + 1]! * 0x1_0000_0000 + (source[2 * row]! >>> 0);
    if (ms > -exactMs && ms < exactMs) {
      const us = ms * 1000;
      words[at] = us | 0;
      words[at + 1] = Math.floor(us / 0x1_0000_0000);
      return;
    }
    const us = values[row]! * 1000n;
    // The ends of the range are DuckDB's infinities.
    if (us >= limit64 || us <= -limit64) throw rejected(name, `${values[row]} ms lies outside of DuckDB’s time`);
    write64(us, words, at);
  });
}

function write64(value: bigint, words: Int32Array, at: number): void {
  words[at] = Number(BigInt.asIntN(32, value));
  words[at + 1] = Number(BigInt.asIntN(32, value >> 32n));
}

/** A text of DuckDB: its length, then either its 12 bytes or where it lies. */
const longestInline = 12;

function fillTexts(name: string, chunkRows: number, isUtf8Text: boolean): Fill {
  const bytes = new Uint8Array(chunkRows * 16);
  const words = new Int32Array(bytes.buffer);
  const long = new Int32Array(chunkRows);
  return (vector, column, rows, from, count) => {
    const { data, offsets } = column as BytesColumn;
    let longOnes = 0;
    let mask = 0;
    for (let index = 0; index < count; index++) {
      const row = rows === undefined ? from + index : rows[from + index]!;
      const start = offsets[row]!;
      const length = offsets[row + 1]! - start;
      const at = index * 16;
      // Padding must be zero: DuckDB compares inline texts as whole words.
      words[at >> 2] = length <= longestInline ? length : 0;
      words[(at >> 2) + 1] = 0;
      words[(at >> 2) + 2] = 0;
      words[(at >> 2) + 3] = 0;
      if (length > longestInline) long[longOnes++] = index;
      else
        for (let byte = 0; byte < length; byte++) {
          const value = data[start + byte]!;
          mask |= value;
          bytes[at + 4 + byte] = value;
        }
    }
    if (isUtf8Text && (mask > 0x7f || longOnes > 0)) checkTexts(column as BytesColumn, rows, from, count, name);
    duckdb.copy_data_to_vector(vector, 0, bytes.buffer, 0, count * 16);
    for (let nth = 0; nth < longOnes; nth++) {
      const index = long[nth]!;
      const row = rows === undefined ? from + index : rows[from + index]!;
      duckdb.vector_assign_string_element_len(vector, index, data.subarray(offsets[row]!, offsets[row + 1]!));
    }
  };
}

/** DuckDB trusts what is copied into it: bytes that are no UTF-8 would break the whole database. */
function checkTexts(
  { data, offsets }: BytesColumn,
  rows: Int32Array | undefined,
  from: number,
  count: number,
  name: string,
): void {
  for (let index = 0; index < count; index++) {
    const row = rows === undefined ? from + index : rows[from + index]!;
    const start = offsets[row]!;
    const end = offsets[row + 1]!;
    let mask = 0;
    for (let at = start; at < end; at++) mask |= data[at]!;
    if (mask > 0x7f && !isUtf8(data.subarray(start, end))) throw rejected(name, 'its bytes are no UTF-8');
  }
}

function nibble(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = (code | 0x20) - 87;
  return letter >= 10 && letter <= 15 ? letter : -1;
}

/** 32 hexadecimal digits as a 128-bit number, low half first, its sign bit turned so that it sorts like the text. */
function writeUuid(column: Column, row: number, words: Int32Array, at: number, name: string): void {
  const { data, offsets } = column as BytesColumn;
  let digits = 0;
  let word = 0;
  for (let byte = offsets[row]!; byte < offsets[row + 1]!; byte++) {
    if (data[byte] === 45) continue;
    const value = nibble(data[byte]!);
    if (value < 0) throw rejected(name, 'it is no UUID');
    word = (word << 4) | value;
    digits += 1;
    if (digits % 8 === 0 && digits <= 32) words[at + 4 - digits / 8] = word;
  }
  if (digits !== 32) throw rejected(name, 'it is no UUID');
  words[at + 3]! ^= 0x8000_0000;
}

const decoder = new TextDecoder();

function fillDecimals(
  { precision, scale }: { readonly precision: number; readonly scale: number },
  name: string,
  chunkRows: number,
): Fill {
  const width = precision <= 4 ? 2 : precision <= 9 ? 4 : precision <= 18 ? 8 : 16;
  const bytes = new DataView(new ArrayBuffer(chunkRows * width));
  const limit = 10n ** BigInt(precision);
  return (vector, column, rows, from, count) => {
    const { data, offsets } = column as BytesColumn;
    for (let index = 0; index < count; index++) {
      const row = rows === undefined ? from + index : rows[from + index]!;
      if (!isValid(column, row)) continue;
      const text = decoder.decode(data.subarray(offsets[row]!, offsets[row + 1]!));
      const value = unscaled(text, scale);
      if (value === undefined || value >= limit || value <= -limit)
        throw rejected(name, `${text} is no decimal(${precision}, ${scale})`);
      if (width === 2) bytes.setInt16(index * 2, Number(value), true);
      else if (width === 4) bytes.setInt32(index * 4, Number(value), true);
      else {
        bytes.setBigInt64(index * width, BigInt.asIntN(64, value), true);
        if (width === 16) bytes.setBigInt64(index * 16 + 8, value >> 64n, true);
      }
    }
    duckdb.copy_data_to_vector(vector, 0, bytes.buffer as ArrayBuffer, 0, count * width);
  };
}

/** `12.3` at scale 2 is 1230; undefined when digits would be lost or it is no plain number. */
function unscaled(text: string, scale: number): bigint | undefined {
  const parts = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text);
  if (parts === null) return undefined;
  const [, sign, whole = '', fraction = ''] = parts;
  if (fraction.length > scale && /[^0]/.test(fraction.slice(scale))) return undefined;
  const value = BigInt(whole + fraction.slice(0, scale).padEnd(scale, '0'));
  return sign === '-' ? -value : value;
}

function rejected(column: string, reason: string): WorkbenchError {
  return new WorkbenchError('SINK_REJECTED', `DuckDB can’t hold a value of ${column}: ${reason}.`, { object: column });
}
