/**
 * Values whose binary form takes more than a store: each writes length and bytes at `at` and returns where it ended.
 * Called by the generated encoder, so they allocate nothing.
 */
import type { BytesColumn } from '#core/columns/column.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { CopyBuffer } from './copy-buffer.ts';

/** Microseconds from 1970-01-01 to 2000-01-01, Postgres' epoch, as two halves: 946684800000000. */
const epochHigh = 220417;
const epochLow = 0x3b37e000;
const two32 = 4294967296;

/**
 * Days since 1970. INT32_MIN and INT32_MAX mean -infinity and infinity to Postgres, and so must never come from a
 * number: what is out of range becomes a day that the server refuses (SQLSTATE 22008).
 */
export function writeDate(out: CopyBuffer, at: number, days: number): number {
  const since2000 = days - 10957;
  out.view.setInt32(at, 4);
  out.view.setInt32(at + 4, since2000 <= -2147483648 || since2000 >= 2147483647 ? 2147483646 : since2000);
  return at + 8;
}

/**
 * `low` and `high`: the 64-bit value as words, times `factor` (1 or 1000) to get microseconds, minus Postgres' epoch when
 * `epoch`. Every step is exact: halves stay far below 2^53. Overflow becomes a time that the server refuses.
 */
export function writeTime(
  out: CopyBuffer,
  at: number,
  low: number,
  high: number,
  factor: number,
  epoch: boolean,
): number {
  const lowProduct = (low >>> 0) * factor;
  const carry = Math.floor(lowProduct / two32);
  let lowWord = lowProduct - carry * two32;
  let highWord = high * factor + carry;
  if (epoch) {
    lowWord -= epochLow;
    highWord -= epochHigh;
    if (lowWord < 0) {
      lowWord += two32;
      highWord -= 1;
    }
  }
  if (highWord < -0x7fffffff || highWord > 0x7ffffffe) {
    lowWord = 0xffffffff;
    highWord = 0x7ffffffe;
  }
  out.view.setInt32(at, 8);
  out.view.setInt32(at + 4, highWord);
  out.view.setUint32(at + 8, lowWord);
  return at + 12;
}

/** A digit's value by character code, -1 for what is none. */
const hexDigit = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  hexDigit[digit.toString(16).charCodeAt(0)] = digit;
  hexDigit[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** 32 hexadecimal digits, dashes anywhere. */
export function writeUuid(out: CopyBuffer, at: number, column: BytesColumn, row: number): number {
  const { data, offsets } = column;
  const end = offsets[row + 1]!;
  out.view.setInt32(at, 16);
  let digits = 0;
  for (let from = offsets[row]!; from < end; from++) {
    const byte = data[from]!;
    if (byte === 0x2d) continue;
    const digit = hexDigit[byte]!;
    if (digit < 0 || digits === 32) return refuse(column, row, 'a UUID');
    const target = at + 4 + (digits >> 1);
    out.bytes[target] = (digits & 1) === 0 ? digit << 4 : out.bytes[target]! | digit;
    digits++;
  }
  return digits === 32 ? at + 20 : refuse(column, row, 'a UUID');
}

/** Decimal text as Postgres' numeric: base 10000 digits, the weight of the first, sign and digits after the point. */
export function writeNumeric(out: CopyBuffer, at: number, column: BytesColumn, row: number): number {
  const { data, offsets } = column;
  const end = offsets[row + 1]!;
  let from = offsets[row]!;
  const negative = data[from] === 0x2d;
  if (negative || data[from] === 0x2b) from++;
  let point = from;
  while (point < end && data[point] !== 0x2e) point++;
  const scale = Math.max(0, end - point - 1);
  if (point === from && scale === 0) return refuse(column, row, 'a decimal number');

  let groups = 0;
  let weight = Math.ceil((point - from) / 4) - 1;
  let group = 0;
  // The first group holds what is left over, so that the point falls between two groups.
  let room = (point - from) % 4 === 0 ? 4 : (point - from) % 4;
  let isZero = true;
  const start = at + 12;
  for (let each = from; each < end; each++) {
    if (each === point) continue;
    const digit = data[each]! - 0x30;
    if (digit < 0 || digit > 9) return refuse(column, row, 'a decimal number');
    group = group * 10 + digit;
    if (--room > 0) continue;
    if (groups === 0 && group === 0) weight--;
    else out.view.setInt16(start + 2 * groups++, group);
    if (group !== 0) isZero = false;
    group = 0;
    room = 4;
  }
  if (room < 4) {
    for (; room > 0; room--) group *= 10;
    if (group !== 0 || groups > 0) out.view.setInt16(start + 2 * groups++, group);
    if (group !== 0) isZero = false;
  }
  while (groups > 0 && out.view.getInt16(start + 2 * (groups - 1)) === 0) groups--;

  out.view.setInt32(at, 8 + 2 * groups);
  out.view.setInt16(at + 4, groups);
  out.view.setInt16(at + 6, groups === 0 ? 0 : weight);
  out.view.setUint16(at + 8, negative && !isZero ? 0x4000 : 0);
  out.view.setUint16(at + 10, scale);
  return start + 2 * groups;
}

/** The value itself stays out of the message: it may be what a policy masks. */
function refuse(column: BytesColumn, row: number, expected: string): never {
  throw new WorkbenchError(
    'SINK_REJECTED',
    `The ${column.type.kind} value of row ${row} of the batch is not ${expected}.`,
  );
}
