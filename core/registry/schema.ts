/** The nouns of a Schema Registry, shared by the client, the decoders and the sandbox's server. */
export const schemaTypes = ['AVRO', 'PROTOBUF', 'JSON'] as const;
export type SchemaType = (typeof schemaTypes)[number];

/** One schema that another one uses: `name` is what the using text calls it (an Avro full name, an import path, a `$ref`). */
export interface SchemaReference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

export interface SchemaText {
  readonly schemaType: SchemaType;
  readonly schema: string;
  readonly references: readonly SchemaReference[];
}

export interface RegisteredSchema extends SchemaText {
  readonly id: number;
  /** Text of every referenced schema by reference name, transitive; a schema comes after those it uses itself. */
  readonly resolved: ReadonlyMap<string, string>;
}

export interface SubjectVersion extends SchemaText {
  readonly id: number;
  readonly subject: string;
  readonly version: number;
}

export const compatibilityLevels = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
] as const;
export type CompatibilityLevel = (typeof compatibilityLevels)[number];
