/** Text: valid UTF-8 without zero bytes, which numbers have and text has not. */
import { type Format, FormatMismatch } from './format.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const textFormat: Format = {
  name: 'text',
  decode(bytes) {
    if (bytes.includes(0)) throw new FormatMismatch('it has zero bytes');
    return { value: utf8Text(bytes), schemaId: null };
  },
};

export function utf8Text(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new FormatMismatch('it is not valid UTF-8');
  }
}
