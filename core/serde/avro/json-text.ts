/**
 * The text of nested values in json columns: long and decimal are JSON numbers with all their digits, bytes and fixed are
 * base64 strings, NaN and the infinities are the strings "NaN", "Infinity", "-Infinity" (JSON has no such numbers),
 * an enum is its symbol, a union is its value without the branch's name, logical times are their number.
 */
import { type RawNumber, sourceTextJson } from '#core/registry/exact-json.ts';
import { printableNumber } from '../exact-json.ts';
import type { LeafForms } from './reader.ts';
import { bigintOf } from './value-decoder.ts';

const { rawJSON } = sourceTextJson;

export type Printable =
  | null
  | boolean
  | number
  | string
  | RawNumber
  | readonly Printable[]
  | { readonly [name: string]: Printable };

export const printableForms: LeafForms<Printable> = {
  long(low, high) {
    // The number is small enough for int32: no bigint on the way.
    return high === low >> 31 ? low : rawJSON(bigintOf(low, high).toString());
  },
  floating: printableNumber,
  bytes: (value) => Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64'),
  decimal: rawJSON,
};
