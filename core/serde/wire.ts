/**
 * Confluent's wire format: one zero byte, the schema's id as a big-endian int32, then the value.
 *
 * The id alone does not say what follows: the registry knows whether the schema is Avro, JSON Schema or Protobuf.
 */
export const wireHeaderBytes = 5;

/** The schema id of the value from `start` to `end`, or -1 where there is no header. */
export function schemaIdAt(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < wireHeaderBytes || bytes[start] !== 0) return -1;
  const id = (bytes[start + 1]! << 24) | (bytes[start + 2]! << 16) | (bytes[start + 3]! << 8) | bytes[start + 4]!;
  return id < 0 ? -1 : id;
}

/** The value behind the header of its schema. */
export function withHeader(schemaId: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(wireHeaderBytes + value.length);
  new DataView(bytes.buffer).setInt32(1, schemaId);
  bytes.set(value, wireHeaderBytes);
  return bytes;
}

/** Why `schemaIdAt` found none, in words for a person. */
export function noHeaderReason(bytes: Uint8Array): string {
  if (bytes.length < wireHeaderBytes) return `no Confluent header: only ${bytes.length} bytes`;
  if (bytes[0] === 0) return 'no Confluent header: the schema id is negative';
  return `no Confluent header: the first byte is 0x${bytes[0]!.toString(16).padStart(2, '0')}, not 0x00`;
}
