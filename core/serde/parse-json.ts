/**
 * JSON text as a `Value` that loses no digit: an integer beyond 2^53 is a bigint, a number with more digits than a double
 * holds is `{ decimal: "…" }` with the digits as they were written.
 */
import type { Value } from '#core/contract/value.ts';
import { FormatMismatch } from './formats/format.ts';

/** ECMAScript 2026; TypeScript's library does not describe the reviver's third argument yet. */
type SourceReviver = (key: string, value: Value, context: { readonly source?: string }) => Value;
const parse = JSON.parse as (text: string, reviver?: SourceReviver) => Value;

/** No number without this loses a digit: 15 digits always fit a double. */
const mayLoseDigits = /[\d.]{16}|\d[eE]/;

/** Longer ones stay text: making a bigint of a million digits would stop the process. */
const maxBigintDigits = 1_000;

/** Throws an `Error` whose message says what is wrong. */
export function parseJson(text: string): Value {
  try {
    return mayLoseDigits.test(text) ? parse(text, exactNumber) : parse(text);
  } catch (error) {
    if (error instanceof RangeError) throw new FormatMismatch('the JSON nests too deep');
    throw error;
  }
}

function exactNumber(_key: string, value: Value, context: { readonly source?: string }): Value {
  if (typeof value !== 'number' || context.source === undefined) return value;
  const { source } = context;
  if (/^-?\d+$/.test(source)) {
    if (Number.isSafeInteger(value)) return value;
    return source.length > maxBigintDigits ? { decimal: source } : BigInt(source);
  }
  return significant(source) === significant(String(value)) ? value : { decimal: source };
}

/** One text for all spellings of a number: its digits without zeros at the ends, and the power of ten of the last. */
function significant(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return text;
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const short = digits.replace(/0+$/, '');
  if (short === '') return '0';
  return `${sign}${short}e${Number(exponent) - fraction.length + digits.length - short.length}`;
}
