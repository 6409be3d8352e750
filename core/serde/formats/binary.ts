/** The bytes themselves: what is left when nothing else fits. Never fails. */
import type { Format } from './format.ts';

export const binaryFormat: Format = {
  name: 'binary',
  // A copy: the record may be a few bytes of a response of megabytes, which would stay in memory with it.
  decode: (bytes) => ({ value: new Uint8Array(bytes), schemaId: null }),
};
