/**
 * The text of nested values in json columns: long and decimal are JSON numbers with all their digits, bytes and fixed are
 * base64 strings, NaN and the infinities are the strings "NaN", "Infinity", "-Infinity" (JSON has no such numbers),
 * an enum is its symbol, a union is its value without the branch's name, logical times are their number.
 */
import type { LeafForms } from './reader.ts';
import { bigintOf } from './value-decoder.ts';

interface RawJson {
  readonly rawJSON: string;
}

/** ECMAScript 2026; TypeScript's library does not describe it yet. */
const rawJson = (JSON as unknown as { rawJSON(text: string): RawJson }).rawJSON;

export type Printable =
  | null
  | boolean
  | number
  | string
  | RawJson
  | readonly Printable[]
  | { readonly [name: string]: Printable };

export const printableForms: LeafForms<Printable> = {
  long(low, high) {
    // The number is small enough for int32: no bigint on the way.
    return high === low >> 31 ? low : rawJson(bigintOf(low, high).toString());
  },
  floating(value) {
    if (!Number.isFinite(value)) return String(value);
    return Object.is(value, -0) ? rawJson('-0.0') : value;
  },
  bytes: (value) => Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64'),
  decimal: (text) => rawJson(text),
};
