/**
 * The bytes of one COPY: a buffer that grows and is used again, batch after batch.
 *
 * `view` is over the same memory: the encoder writes numbers through it (big-endian) and bytes through `bytes`.
 */
export interface CopyBuffer {
  bytes: Uint8Array;
  view: DataView;
}

export function createCopyBuffer(size = 1 << 20): CopyBuffer {
  const bytes = new Uint8Array(size);
  return { bytes, view: new DataView(bytes.buffer) };
}

/** Makes room for `size` bytes in all. What was in it is gone: called before the first byte of a batch. */
export function ensureSize(buffer: CopyBuffer, size: number): void {
  if (buffer.bytes.length >= size) return;
  buffer.bytes = new Uint8Array(Math.max(size, buffer.bytes.length * 2));
  buffer.view = new DataView(buffer.bytes.buffer);
}
