import type { SchemaTypeName } from '#core/contract/schema.ts';

/** The kinds of schema as people call them. */
export const typeNames: Readonly<Record<SchemaTypeName, string>> = {
  AVRO: 'Avro',
  PROTOBUF: 'Protobuf',
  JSON: 'JSON Schema',
};

/** `BACKWARD_TRANSITIVE` as words. */
export const levelText = (level: string): string => level.toLowerCase().replaceAll('_', ' ');
