/**
 * One Avro value as a `Value`, exact, for people to look at: long is a bigint, bytes and fixed are a Uint8Array (decimal:
 * `{ decimal: "12.30" }`, uuid: its text), enum is its symbol, a union is its value without the branch's name.
 */
import type { Value } from '#core/contract/value.ts';
import { Cursor } from './cursor.ts';
import { Malformed } from './decode-error.ts';
import { compileReader, type LeafForms } from './reader.ts';
import type { AvroNode } from './schema.ts';

export interface ValueDecoder {
  /** Reads `bytes` from `start` to `end`, all of it. Throws `DecodeError`. */
  decode(bytes: Uint8Array, start: number, end: number): Value;
}

const words = new Int32Array(2);
const bigints = new BigInt64Array(words.buffer);

export function bigintOf(low: number, high: number): bigint {
  words[0] = low;
  words[1] = high;
  return bigints[0]!;
}

const valueForms: LeafForms<Value> = {
  long: bigintOf,
  floating: (value) => value,
  bytes: (value) => value,
  decimal: (text) => ({ decimal: text }),
};

export function compileValueDecoder(schema: AvroNode): ValueDecoder {
  const read = compileReader(schema, valueForms);
  const cursor = new Cursor();
  return {
    decode(bytes, start, end) {
      cursor.load(bytes, start, end);
      try {
        const value = read(cursor);
        if (cursor.position === end) return value;
        throw new Malformed(`${end - cursor.position} bytes are left after the value`, cursor.position);
      } catch (error) {
        throw error instanceof Malformed ? error.toDecodeError(start) : error;
      }
    },
  };
}
