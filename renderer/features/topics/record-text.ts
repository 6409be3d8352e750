/** A record as text to copy: nothing cut, no digit changed. */
import type { Decoded, TopicRecord } from '#core/contract/record.ts';
import type { Value } from '#core/contract/value.ts';
import { headerValue, hex, toJson } from '../../lib/exact.ts';

/** Text and bytes as they are, without quotes; everything else as JSON. */
export function valueText(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return hex(value).text;
  return toJson(value, { indent: 2 }).text;
}

export function recordJson({ topic, partition, offset, timestamp, key, value, headers }: TopicRecord): string {
  const record: Value = {
    topic,
    partition,
    offset,
    timestamp,
    key: key.value,
    value: value.value,
    headers: headers.map((header) => ({ name: header.name, value: headerValue(header.value) })),
    ...schemaIds(key, value),
  };
  return toJson(record, { indent: 2 }).text;
}

function schemaIds(key: Decoded, value: Decoded): { readonly [name: string]: Value } {
  return {
    ...(key.schemaId === null ? {} : { keySchemaId: key.schemaId }),
    ...(value.schemaId === null ? {} : { valueSchemaId: value.schemaId }),
  };
}
