/** JSON text, plain or behind the header of a registered JSON Schema; numbers keep every digit (`parse-json.ts`). */
import { parseJson } from '../parse-json.ts';
import { schemaIdAt, wireHeaderBytes } from '../wire.ts';
import { type Format, FormatMismatch } from './format.ts';
import { utf8Text } from './text.ts';

export const jsonFormat: Format = {
  name: 'json',
  async decode(bytes, context) {
    const schemaId = schemaIdAt(bytes, 0, bytes.length);
    if (schemaId < 0) return { value: parseJson(utf8Text(bytes)), schemaId: null };
    const { schemaType } = await context.schemaById(schemaId);
    if (schemaType !== 'JSON') throw new FormatMismatch(`schema ${schemaId} is ${schemaType}, not JSON`);
    return { value: parseJson(utf8Text(bytes.subarray(wireHeaderBytes))), schemaId };
  },
};
