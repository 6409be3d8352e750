/**
 * MessagePack. Almost every byte begins some value of it, so only a map or an array that takes all bytes counts.
 *
 * 64-bit integers are bigints, a timestamp is an ISO text with all its digits; other extensions are no value we could show.
 */
import { isUtf8 } from 'node:buffer';
import { decode, decodeTimestampToTimeSpec, EXT_TIMESTAMP, ExtensionCodec } from '@msgpack/msgpack';
import type { Value } from '#core/contract/value.ts';
import { type Format, FormatMismatch } from './format.ts';

const extensionCodec = new ExtensionCodec();
extensionCodec.register({ type: EXT_TIMESTAMP, encode: () => null, decode: timestampText });

export const msgpackFormat: Format = {
  name: 'msgpack',
  decode(bytes) {
    const options = { useBigInt64: true, extensionCodec };
    let names = 0;
    const mapKeyConverter = (key: unknown): string | number => {
      names += 1;
      return nameOf(key);
    };
    const found = decode(bytes, { ...options, mapKeyConverter });
    if (typeof found !== 'object' || found === null) throw new FormatMismatch('a single value, no map or array');
    const value = toValue(found, decode(bytes, { ...options, rawStrings: true }));
    if (namesIn(value) < names) throw new FormatMismatch('a map in it has the same name twice');
    return { value, schemaId: null };
  },
};

function nameOf(key: unknown): string | number {
  if (typeof key === 'string' || typeof key === 'number') return key;
  throw new FormatMismatch(`a name in it is neither text nor a number but ${typeof key}`);
}

function namesIn(value: Value): number {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 0;
  const items = Object.values(value);
  const own = Array.isArray(value) ? 0 : items.length;
  return items.reduce<number>((sum, item) => sum + namesIn(item), own);
}

/**
 * Copies what lies in the bytes. `raw` is the same value with texts as bytes, since the library takes any bytes for a text and
 * would show what nobody wrote.
 */
function toValue(found: unknown, raw: unknown): Value {
  if (typeof found === 'string' && raw instanceof Uint8Array && !isUtf8(raw))
    throw new FormatMismatch('a text in it is not valid UTF-8');
  if (found instanceof Uint8Array) return new Uint8Array(found);
  if (Array.isArray(found)) return found.map((item, index) => toValue(item, (raw as unknown[])[index]));
  if (typeof found !== 'object' || found === null) return found as Value;
  if (Object.getPrototypeOf(found) !== Object.prototype) throw new FormatMismatch('it has an extension type');
  const rest = raw as Record<string, unknown>;
  return Object.fromEntries(Object.entries(found).map(([name, item]) => [name, toValue(item, rest[name])]));
}

function timestampText(data: Uint8Array): string {
  const { sec, nsec } = decodeTimestampToTimeSpec(data);
  const moment = new Date(sec * 1_000);
  if (Number.isNaN(moment.getTime())) throw new FormatMismatch(`a timestamp of ${sec} s lies outside of the calendar`);
  const fraction = nsec === 0 ? '' : `.${String(nsec).padStart(9, '0').replace(/0+$/, '')}`;
  return `${moment.toISOString().slice(0, -'.000Z'.length)}${fraction}Z`;
}
