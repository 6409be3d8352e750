/**
 * JSON text as a `Value` that loses no digit: an integer beyond 2^53 is a bigint, a number with more digits than a double
 * holds is `{ decimal: "…" }` with the digits as they were written.
 */
import type { Value } from '#core/contract/value.ts';
import { sourceTextJson } from '#core/registry/exact-json.ts';
import { FormatMismatch } from './formats/format.ts';

/** No number without this loses a digit: 15 digits always fit a double. */
const mayLoseDigits = /[\d.]{16}|\d[eE]/;

/** Longer ones stay text: making a bigint of a million digits would stop the process. */
const maxBigintDigits = 1_000;

/** What shows, prints or copies a value does so level by level on its stack. */
const maxDepth = 128;

/** Character codes of `"`, `\`, `[`, `]`, `{` and `}`. */
const quote = 0x22;
const backslash = 0x5c;
const openArray = 0x5b;
const closeArray = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/** Throws an `Error` whose message says what is wrong. */
export function parseJson(text: string): Value {
  if (nestsTooDeep(text)) throw new FormatMismatch(`the JSON nests deeper than ${maxDepth} levels`);
  return mayLoseDigits.test(text) ? sourceTextJson.parse(text, exactNumber) : JSON.parse(text);
}

function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === quote) at = closingQuote(text, at);
    else if (char === openArray || char === openObject) depth += 1;
    else if (char === closeArray || char === closeObject) depth -= 1;
    if (depth > maxDepth) return true;
  }
  return false;
}

/** Brackets inside a string do not count. A string without end is left to the parser's own message. */
function closingQuote(text: string, opening: number): number {
  for (let at = opening + 1; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === backslash) at += 1;
    else if (char === quote) return at;
  }
  return text.length;
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
