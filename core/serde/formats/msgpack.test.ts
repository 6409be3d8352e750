import { ExtData, encode, encodeTimeSpecToTimestamp } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Value } from '#core/contract/value.ts';
import { decodeBytes } from '../decode.ts';

const context = { schemaById: () => Promise.reject(new Error('no schema is asked for')) };
const read = (bytes: Uint8Array) => decodeBytes(bytes, context);
const reasonIn = async (bytes: Uint8Array) =>
  (await read(bytes)).failures.find(({ format }) => format === 'msgpack')?.reason;

test('a map is shown exactly: 64-bit integers, bytes in memory of their own, times with all digits', async () => {
  const time = new ExtData(-1, encodeTimeSpecToTimestamp({ sec: 1_357_034_400, nsec: 120_000_001 }));
  const bytes = encode(
    { id: 2n ** 63n - 1n, raw: Uint8Array.of(0, 255), at: time, list: [1, null, 'é'] },
    { useBigInt64: true },
  );
  const decoded = await read(bytes);
  expect(decoded).toMatchObject({
    format: 'msgpack',
    value: {
      id: 9_223_372_036_854_775_807n,
      raw: Uint8Array.of(0, 255),
      at: '2013-01-01T10:00:00.120000001Z',
      list: [1, null, 'é'],
    },
  });
  bytes.fill(0);
  expect(decoded.value).toMatchObject({ raw: Uint8Array.of(0, 255) });
});

describe('is no MessagePack, and says why', () => {
  test.each<readonly [string, Uint8Array, RegExp]>([
    ['one value', Uint8Array.of(0xc3), /no map or array/],
    ['bytes after the end', Uint8Array.of(0x90, 0xc0), /Extra 1 of 2/],
    ['an array that is cut', Uint8Array.of(0x92, 0xc0), /./],
    ['an unknown extension', encode([new ExtData(7, Uint8Array.of(1))]), /extension/],
    ['a map with a name twice', Uint8Array.of(0x82, 0xa1, 0x61, 0xc2, 0xa1, 0x61, 0xc3), /twice/],
    ['a map with a list for a name', Uint8Array.of(0x81, 0x90, 0xc2), /neither text nor a number/],
    ['a text that is no UTF-8', Uint8Array.of(0x91, 0xa1, 0xff), /UTF-8/],
  ])('%s', async (_, bytes, reason) => {
    expect(await read(bytes)).toMatchObject({ format: 'binary' });
    expect(await reasonIn(bytes)).toMatch(reason);
  });
});

const seed = Number(process.env.SEED ?? Date.now());

test(`what another encoder writes comes back (seed ${seed})`, async () => {
  const leaf = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    // The encoder writes -0 as the integer 0.
    fc.double({ noNaN: true }).filter((number) => !Object.is(number, -0)),
    fc.string({ unit: 'grapheme' }),
    fc.uint8Array(),
  );
  const name = fc.string().filter((text) => text !== '__proto__');
  const value = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('value')),
      fc.dictionary(name, tie('value')),
    ) as fc.Arbitrary<Value>,
  })).value;
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, value, { minKeys: 1 }), async (map) => {
      const decoded = await read(encode(map, { useBigInt64: true }));
      // A map of texts may well be valid text itself.
      fc.pre(decoded.format === 'msgpack');
      expect(decoded.value).toEqual(normal(map));
    }),
    { seed },
  );
});

/** Without the null prototype that the generator gives some objects. */
function normal(value: Value): Value {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, normal(item)]));
}
