/** A record's key as text, written into the column that it names: how a tombstone says which row it deletes. */
import { type Column, setValid, writeBytes } from '#core/columns/column.ts';
import { typeName } from '#core/columns/type.ts';
import { WorkbenchError } from '#core/contract/errors.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Throws `DECODE_FAILED` when the text is no value of the column's type. */
export function writeKeyText(column: Column, row: number, bytes: Uint8Array, start: number, end: number): void {
  switch (column.layout) {
    case 'bytes':
      writeBytes(column, row, bytes.subarray(start, end));
      break;
    case 'int64':
      column.values[row] = integer(column, bytes, start, end, 64);
      break;
    case 'int32':
      column.values[row] = Number(integer(column, bytes, start, end, 32));
      break;
    default:
      throw notA(column, bytes, start, end);
  }
  setValid(column, row);
}

function integer(column: Column, bytes: Uint8Array, start: number, end: number, bits: 32 | 64): bigint {
  const text = textOf(bytes, start, end);
  if (text === undefined || !/^-?\d{1,19}$/.test(text)) throw notA(column, bytes, start, end);
  const value = BigInt(text);
  if (BigInt.asIntN(bits, value) !== value) throw notA(column, bytes, start, end);
  return value;
}

function textOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    return decoder.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}

function notA(column: Column, bytes: Uint8Array, start: number, end: number): WorkbenchError {
  const shown = textOf(bytes, start, Math.min(end, start + 40)) ?? `${end - start} bytes`;
  return new WorkbenchError('DECODE_FAILED', `the key ${JSON.stringify(shown)} is no ${typeName(column.type)} in text`);
}
