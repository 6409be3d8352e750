/**
 * What each schema type accepts and the one text it is kept as: two texts of one schema must become equal here,
 * for equal texts share an id.
 */
import { AvroSyntaxError, parseAvro } from '#core/registry/avro/parse.ts';
import { avroText } from '#core/registry/avro/text.ts';
import { isJsonObject, parseExactJson, sortKeys } from '#core/registry/exact-json.ts';
import type { SchemaType } from '#core/registry/schema.ts';
import { refusals } from './errors.ts';

export interface CanonicalOptions {
  readonly normalize: boolean;
  /** Texts of the referenced schemas, a schema after those it uses itself. */
  readonly references: readonly string[];
}

/** Throws a `RegistryError` 42201 where the text is no schema of the type. */
export function canonicalText(schemaType: SchemaType, text: string, options: CanonicalOptions): string {
  if (text.trim() === '') throw refusals.invalidSchema('Empty schema');
  try {
    return writers[schemaType](text, options);
  } catch (error) {
    if (!(error instanceof AvroSyntaxError || error instanceof SyntaxError || error instanceof RangeError)) throw error;
    throw refusals.invalidSchema(`Invalid schema of type ${schemaType}, details: ${error.message}`);
  }
}

const writers: Record<SchemaType, (text: string, options: CanonicalOptions) => string> = {
  AVRO: (text, { normalize, references }) =>
    avroText(parseAvro(text, { references, validateDefaults: true }), { normalize }),
  JSON: (text, { normalize }) => {
    const json = parseExactJson(text);
    if (!isJsonObject(json) && typeof json !== 'boolean')
      throw new SyntaxError('a JSON Schema is an object or a boolean');
    return JSON.stringify(normalize ? sortKeys(json) : json);
  },
  PROTOBUF: (text) => text,
};
