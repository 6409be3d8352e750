/** The formats of keys and values as people call them. */
import type { Decoded } from '#core/contract/record.ts';

export const formatNames: Readonly<Record<Decoded['format'], string>> = {
  null: 'null (tombstone)',
  avro: 'Avro',
  json: 'JSON',
  text: 'text',
  binary: 'bytes',
};

export const formatName = (format: string): string => formatNames[format as Decoded['format']] ?? format;

export function formatText({ format, schemaId }: Decoded): string {
  return schemaId === null ? formatNames[format] : `${formatNames[format]}, schema ${schemaId}`;
}
