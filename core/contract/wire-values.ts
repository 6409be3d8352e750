/**
 * How values that JSON would bend cross the wire. oRPC has forms for bigint and NaN; a Uint8Array it would send as
 * `{"0":1,"1":2}`, an infinite number as null, -0 as 0.
 *
 * Both ends of every transport must be given the same list (`customJsonSerializers`); the type numbers are part of the protocol.
 */
const bytesSerializer = {
  type: 20,
  condition: (data: unknown): data is Uint8Array => data instanceof Uint8Array,
  serialize: (data: Uint8Array): string => toBase64(data),
  deserialize: (text: string): Uint8Array => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)),
};

const unusualNumberSerializer = {
  type: 21,
  condition: (data: unknown): data is number =>
    data === Number.POSITIVE_INFINITY || data === Number.NEGATIVE_INFINITY || Object.is(data, -0),
  serialize: (data: number): string => (Object.is(data, -0) ? '-0' : String(data)),
  deserialize: (text: string): number => Number(text),
};

export const wireSerializers = [bytesSerializer, unusualNumberSerializer] as const;

const chunkBytes = 0x8000;

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    binary += String.fromCharCode(...bytes.subarray(start, start + chunkBytes));
  }
  return btoa(binary);
}
