/** The formats of keys and values in the words of the screen. */
import type { Decoded } from '#core/contract/record.ts';

export const formatName = (format: string): string => (format === 'null' ? 'null (tombstone)' : format.toUpperCase());

export function formatText({ format, schemaId }: Decoded): string {
  return schemaId === null ? formatName(format) : `${formatName(format)}, schema ${schemaId}`;
}
