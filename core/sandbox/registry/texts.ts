/**
 * What each schema type accepts and the one text it is kept as: two texts of one schema must become equal here,
 * for equal texts share an id. And the other forms that a client may ask a kept text in.
 */
import { AvroSyntaxError, parseAvro } from '#core/registry/avro/parse.ts';
import { avroText } from '#core/registry/avro/text.ts';
import { isJsonObject, parseExactJson, sortKeys } from '#core/registry/exact-json.ts';
import { readDescriptor } from '#core/registry/protobuf/descriptor-read.ts';
import { writeDescriptor } from '#core/registry/protobuf/descriptor-write.ts';
import { type ProtoFile, ProtoSyntaxError } from '#core/registry/protobuf/model.ts';
import { parseProto } from '#core/registry/protobuf/parse.ts';
import { printProto } from '#core/registry/protobuf/print.ts';
import type { SchemaType } from '#core/registry/schema.ts';
import { refusals } from './errors.ts';
import type { StoredSchema } from './state.ts';

export interface ResolvedReference {
  readonly name: string;
  readonly text: string;
}

export interface CanonicalOptions {
  readonly normalize: boolean;
  /** Every referenced schema, each after those it uses itself. */
  readonly references: readonly ResolvedReference[];
}

/** Throws a `RegistryError` 42201 where the text is no schema of the type. */
export function canonicalText(schemaType: SchemaType, text: string, options: CanonicalOptions): string {
  if (text.trim() === '') throw refusals.invalidSchema('Empty schema');
  try {
    return writers[schemaType](text, options);
  } catch (error) {
    if (!isSyntaxError(error)) throw error;
    throw refusals.invalidSchema(`Invalid schema of type ${schemaType}, details: ${error.message}`);
  }
}

const writers: Record<SchemaType, (text: string, options: CanonicalOptions) => string> = {
  AVRO: (text, { normalize, references }) =>
    avroText(parseAvro(text, { references: textsOf(references), validateDefaults: true }), { normalize }),
  JSON: (text, { normalize }) => {
    const json = parseExactJson(text);
    if (!isJsonObject(json) && typeof json !== 'boolean')
      throw new SyntaxError('a JSON Schema is an object or a boolean');
    return JSON.stringify(normalize ? sortKeys(json) : json);
  },
  // Python's and JavaScript's serializers register descriptors; everyone else reads texts.
  PROTOBUF: (text, { references }) => {
    const file = readDescriptor(text) ?? parseProto(text);
    descriptor(file, references);
    return printProto(file);
  },
};

/** The kept text in the form asked for by `?format=`; a format that the type does not have changes nothing. */
export function formattedText(schema: StoredSchema, format: string, references: readonly ResolvedReference[]): string {
  if (schema.schemaType === 'PROTOBUF' && format === 'serialized') {
    return descriptor(parseProto(schema.schema), references).toString('base64');
  }
  if (schema.schemaType === 'AVRO' && format === 'resolved') {
    const { root } = parseAvro(schema.schema, { references: textsOf(references) });
    return avroText({ root, external: new Set() });
  }
  return schema.schema;
}

function descriptor(file: ProtoFile, references: readonly ResolvedReference[]): Buffer {
  return writeDescriptor('default.proto', file, new Map(references.map(({ name, text }) => [name, text])));
}

function textsOf(references: readonly ResolvedReference[]): string[] {
  return references.map(({ text }) => text);
}

function isSyntaxError(error: unknown): error is Error {
  const isSyntax =
    error instanceof AvroSyntaxError || error instanceof ProtoSyntaxError || error instanceof SyntaxError;
  // Nesting beyond the stack.
  return isSyntax || error instanceof RangeError;
}
