/** Cold writes into one cell: defaults, and values that generated code leaves to a function (decimals, nested values). */
import { type BytesColumn, type Column, setNull, setValid, writeBytes } from '#core/columns/column.ts';
import type { Value } from '#core/contract/value.ts';
import { exactJson } from '../exact-json.ts';

export function writeText(column: BytesColumn, row: number, text: string): void {
  writeBytes(column, row, Buffer.from(text));
}

/** `value` is of the column's type. */
export function writeValue(column: Column, row: number, value: Value): void {
  if (value === null) {
    setNull(column, row);
    return;
  }
  setValid(column, row);
  switch (column.layout) {
    case 'bits':
      if (value === true) column.values[row >> 3]! |= 1 << (row & 7);
      else column.values[row >> 3]! &= ~(1 << (row & 7));
      break;
    case 'int64':
      column.values[row] = BigInt(value as bigint | number);
      break;
    case 'bytes':
      writeBytes(column, row, bytesOf(column, value));
      break;
    default:
      column.values[row] = Number(value);
  }
}

function bytesOf(column: BytesColumn, value: Value): Uint8Array {
  if (column.type.kind === 'json') return Buffer.from(exactJson(value));
  if (column.type.kind === 'decimal') return Buffer.from((value as { decimal: string }).decimal);
  return value instanceof Uint8Array ? value : Buffer.from(String(value));
}
