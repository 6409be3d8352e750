/**
 * How a Uint8Array crosses the wire: oRPC has no form for it of its own and would send `{"0":1,"1":2}`.
 *
 * Both ends must be given it (`customJsonSerializers`); the type number is part of the protocol.
 */
export const bytesSerializer = {
  type: 20,
  condition: (data: unknown): data is Uint8Array => data instanceof Uint8Array,
  serialize: (data: Uint8Array): string => toBase64(data),
  deserialize: (text: string): Uint8Array => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)),
};

const chunkBytes = 0x8000;

export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    binary += String.fromCharCode(...bytes.subarray(start, start + chunkBytes));
  }
  return btoa(binary);
}
