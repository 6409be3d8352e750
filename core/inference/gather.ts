/**
 * Copies one numeric column into one slot of a row-major tensor: the loops of scoring, one for each memory layout so that
 * each sees a single array type. Rows without a value, or with NaN, are cleared in the bitmap `present`; what the tensor
 * holds there has no meaning.
 */
import type { Column, Int64Column } from '#core/columns/column.ts';
import { WorkbenchError } from '#core/contract/errors.ts';

export interface Slot {
  readonly tensor: Float32Array;
  /** Values of one row. */
  readonly width: number;
  /** Where in the row this column stands. */
  readonly slot: number;
}

export function gather(column: Column, rows: number, into: Slot, present: Uint8Array): void {
  const bytes = (rows + 7) >> 3;
  for (let index = 0; index < bytes; index++) present[index]! &= column.validity[index]!;
  switch (column.layout) {
    case 'bits':
      gatherBits(column.values, rows, into);
      break;
    case 'int64':
      gatherInt64(column, rows, into);
      break;
    case 'int32':
      gatherInt32(column.values as Int32Array, rows, into);
      break;
    case 'float32':
      gatherFloat32(column.values as Float32Array, rows, into, present);
      break;
    case 'float64':
      gatherFloat64(column.values as Float64Array, rows, into, present);
      break;
    case 'bytes':
      throw new WorkbenchError('INTERNAL', 'a column of bytes was bound to a model');
  }
}

function gatherBits(values: Uint8Array, rows: number, { tensor, width, slot }: Slot): void {
  for (let row = 0, at = slot; row < rows; row++, at += width) tensor[at] = (values[row >> 3]! >> (row & 7)) & 1;
}

function gatherInt32(values: Int32Array, rows: number, { tensor, width, slot }: Slot): void {
  for (let row = 0, at = slot; row < rows; row++, at += width) tensor[at] = values[row]!;
}

/** By words: `values[row]` would make a BigInt a row. The float64 in between is exact up to 2^53, float32 keeps 24 bits of it. */
function gatherInt64({ words }: Int64Column, rows: number, { tensor, width, slot }: Slot): void {
  for (let row = 0, at = slot; row < rows; row++, at += width) {
    tensor[at] = words[2 * row + 1]! * 4294967296 + (words[2 * row]! >>> 0);
  }
}

function gatherFloat32(values: Float32Array, rows: number, { tensor, width, slot }: Slot, present: Uint8Array): void {
  for (let row = 0, at = slot; row < rows; row++, at += width) {
    const value = values[row]!;
    if (Number.isNaN(value)) present[row >> 3]! &= ~(1 << (row & 7));
    tensor[at] = value;
  }
}

function gatherFloat64(values: Float64Array, rows: number, { tensor, width, slot }: Slot, present: Uint8Array): void {
  for (let row = 0, at = slot; row < rows; row++, at += width) {
    const value = values[row]!;
    if (Number.isNaN(value)) present[row >> 3]! &= ~(1 << (row & 7));
    tensor[at] = value;
  }
}
