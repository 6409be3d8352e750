/**
 * JSON read without losing a digit: a number that a double would change is kept as its own text and written back as it was.
 *
 * Schemas carry such numbers as defaults (a long beyond 2^53, `1.0`), and a registry must hand back the text it was given.
 */
export interface RawNumber {
  readonly rawJSON: string;
}

export type Json = null | boolean | number | string | RawNumber | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** The part of ECMAScript 2026's JSON that TypeScript's library does not describe yet. */
interface SourceTextJson {
  parse<T>(text: string, reviver: (key: string, value: T, context: { readonly source?: string }) => T): T;
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
}
export const sourceTextJson = JSON as unknown as SourceTextJson;

/** Throws `SyntaxError`, or `RangeError` where the text nests too deep for the stack. */
export function parseExactJson(text: string): Json {
  return sourceTextJson.parse<Json>(text, (_key, value, context) =>
    typeof value === 'number' && context.source !== undefined && context.source !== String(value)
      ? sourceTextJson.rawJSON(context.source)
      : value,
  );
}

export function isRawNumber(value: Json | undefined): value is RawNumber {
  return sourceTextJson.isRawJSON(value);
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value);
}

/** The value with the keys of every object in alphabetical order: equal for texts that differ only in order. */
export function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, Json] => [key, sortKeys(inner)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
