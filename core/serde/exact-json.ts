/**
 * A `Value` as JSON text that loses no digit: bigint and decimals are plain JSON numbers, bytes are base64 strings, NaN and
 * the infinities (which JSON has no numbers for) are the strings "NaN", "Infinity", "-Infinity".
 *
 * Who reads the text with doubles rounds there, not here.
 */
import type { Value } from '#core/contract/value.ts';
import { type RawNumber, sourceTextJson } from '#core/registry/exact-json.ts';

const { rawJSON } = sourceTextJson;
const decimalPattern = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

export function exactJson(value: Value, indent?: number): string {
  // The value as it is in its holder: what is passed went through `toJSON` already, which Buffer has.
  const replace = function (this: { readonly [key: string]: Value }, key: string) {
    return printable(this[key]!);
  };
  return JSON.stringify(value, replace, indent);
}

function printable(value: Value): unknown {
  switch (typeof value) {
    case 'bigint':
      return rawJSON(value.toString());
    case 'number':
      return printableNumber(value);
    case 'object':
      if (value instanceof Uint8Array)
        return Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
      return isDecimal(value) ? rawJSON(value.decimal) : value;
    default:
      return value;
  }
}

export function printableNumber(value: number): number | string | RawNumber {
  if (!Number.isFinite(value)) return String(value);
  return Object.is(value, -0) ? rawJSON('-0.0') : value;
}

/** Avro's decimals have this form (`value.ts`); a record whose only field is called `decimal` and holds such a text prints alike. */
function isDecimal(value: Value): value is { readonly decimal: string } {
  if (typeof value !== 'object' || value === null || !('decimal' in value)) return false;
  const { decimal } = value;
  return typeof decimal === 'string' && decimalPattern.test(decimal) && Object.keys(value).length === 1;
}
