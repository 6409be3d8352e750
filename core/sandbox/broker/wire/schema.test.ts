/** Messages written and read in every version; cut ones are refused. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';
import { Reader, WireError } from './reader.ts';
import {
  array,
  bytes,
  int16,
  int64,
  long,
  nullableArray,
  nullableString,
  since,
  string,
  struct,
  tagged,
  uuid,
} from './schema.ts';
import { Writer } from './writer.ts';

const message = struct({
  id: int16,
  name: string,
  note: nullableString,
  exact: int64,
  counted: long,
  topic: since(2, uuid),
  parts: array(struct({ bytes, offsets: nullableArray(long) })),
  extra: tagged(3, 1, string, 'none'),
});

const values = fc.record({
  id: fc.integer({ min: -32_768, max: 32_767 }),
  name: fc.string({ unit: 'grapheme' }),
  note: fc.option(fc.string()),
  exact: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  counted: fc.maxSafeInteger(),
  topic: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((id) => Buffer.from(id).toString('base64url')),
  parts: fc.array(
    fc.record({
      bytes: fc.uint8Array().map((each) => Buffer.from(each)),
      offsets: fc.option(fc.array(fc.maxSafeInteger())),
    }),
  ),
  extra: fc.string(),
});

function encode(value: Parameters<typeof message.write>[1], version: number, isFlexible: boolean): Buffer {
  const writer = new Writer(version, isFlexible, 1);
  message.write(writer, value);
  const encoded = Buffer.concat(writer.chunks());
  expect(encoded).toHaveLength(writer.length);
  return encoded;
}

describe('a message', () => {
  test('reads as it was written, in every version, classic and flexible', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 3 }), fc.boolean(), (value, version, isFlexible) => {
        const reader = new Reader(encode(value, version, isFlexible), version, isFlexible);
        const expected = {
          ...value,
          topic: version >= 2 ? value.topic : 'AAAAAAAAAAAAAAAAAAAAAA',
          extra: isFlexible && version >= 1 ? value.extra : 'none',
        };
        expect(message.read(reader)).toEqual(expected);
        expect(reader.remaining).toBe(0);
      }),
    );
  });

  test('is refused when it is cut short anywhere', () => {
    fc.assert(
      fc.property(values, fc.boolean(), fc.nat(), (value, isFlexible, at) => {
        const encoded = encode(value, 3, isFlexible);
        const cut = encoded.subarray(0, at % encoded.length);
        expect(() => message.read(new Reader(cut, 3, isFlexible))).toThrow(WireError);
      }),
    );
  });
});

test('computes CRC-32C as the standard says', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
});
