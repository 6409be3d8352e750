/**
 * What a member of a group was assigned, as the consumers' own protocol writes it: version, then topics with their partitions.
 *
 * Brokers keep these bytes without looking into them, so a client may have written anything: what is not of this form is empty.
 */
export function readAssignment(bytes: Uint8Array): Map<string, number[]> {
  const assigned = new Map<string, number[]>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    let at = 2;
    const topics = view.getInt32(at);
    at += 4;
    for (let topic = 0; topic < topics; topic++) {
      const nameEnd = at + 2 + view.getInt16(at);
      const name = new TextDecoder().decode(bytes.subarray(at + 2, nameEnd));
      const count = view.getInt32(nameEnd);
      at = nameEnd + 4;
      const partitions: number[] = [];
      for (let index = 0; index < count; index++, at += 4) partitions.push(view.getInt32(at));
      assigned.set(name, partitions);
    }
    return assigned;
  } catch (error) {
    if (error instanceof RangeError) return new Map();
    throw error;
  }
}
