/**
 * JSON text, plain or behind the header of a registered JSON Schema; numbers keep every digit (`parse-json.ts`).
 *
 * Plain JSON counts from an object or array on: the key `42` or `true` is text that happens to be JSON too.
 */
import type { Value } from '#core/contract/value.ts';
import { parseJson } from '../parse-json.ts';
import { schemaIdAt, wireHeaderBytes } from '../wire.ts';
import { type Format, FormatMismatch } from './format.ts';
import { utf8Text } from './text.ts';

export const jsonFormat: Format = {
  name: 'json',
  async decode(bytes, context) {
    const schemaId = schemaIdAt(bytes, 0, bytes.length);
    if (schemaId < 0) return { value: plainDocument(utf8Text(bytes)), schemaId: null };
    const { schemaType } = await context.schemaById(schemaId);
    if (schemaType !== 'JSON') throw new FormatMismatch(`schema ${schemaId} is ${schemaType}, not JSON`);
    return { value: parseJson(utf8Text(bytes.subarray(wireHeaderBytes))), schemaId };
  },
};

function plainDocument(text: string): Value {
  const value = parseJson(text);
  if (typeof value === 'object' && value !== null) return value;
  throw new FormatMismatch('a single value, no object or array');
}
