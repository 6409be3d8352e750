import { expect, test } from 'vitest';
import { hex, inline, kindOf, toJson } from './exact.ts';

test('JSON keeps every digit and every byte', () => {
  const value = {
    id: 9_007_199_254_740_993n,
    price: { decimal: '1234567890123456789.0100' },
    zero: -0,
    ratio: Number.NaN,
    far: Number.NEGATIVE_INFINITY,
    bytes: Uint8Array.of(0, 255),
    text: 'a "b"\n',
    none: null,
    list: [1n, [], {}],
  };
  expect(toJson(value).text).toBe(
    '{"id":9007199254740993,"price":1234567890123456789.0100,"zero":-0,"ratio":"NaN","far":"-Infinity","bytes":"0x00ff","text":"a \\"b\\"\\n","none":null,"list":[1,[],{}]}',
  );
});

test('indented JSON is what JSON.stringify writes', () => {
  const value = { a: [1, { b: 'x' }], c: [], d: {} };
  expect(toJson(value, { indent: 2 }).text).toBe(JSON.stringify(value, null, 2));
});

test('a limit stops the writing soon after, and says so', () => {
  const long = toJson({ text: 'x'.repeat(1_000_000), more: 1 }, { limit: 1_000 });
  expect(long.isComplete).toBe(false);
  expect(long.text.length).toBeLessThan(1_200);
  expect(
    toJson(
      Array.from({ length: 100_000 }, () => 1),
      { limit: 100 },
    ).text.length,
  ).toBeLessThan(120);
  expect(toJson(new Uint8Array(1_000_000), { limit: 100 })).toMatchObject({ isComplete: false });
  expect(toJson({ a: 1 }, { limit: 1_000 }).isComplete).toBe(true);
});

test('one line says how much it leaves out', () => {
  expect(inline('x'.repeat(50), 20)).toEqual({ text: 'x'.repeat(20), left: 30 });
  expect(inline(new Uint8Array(50), 20).left).toBe(40);
  expect(inline(-0, 20).text).toBe('-0');
  expect(inline({ decimal: '1.50' }, 20)).toEqual({ text: '1.50', left: 0 });
  expect(inline({ a: 1n }, 20)).toEqual({ text: '{"a":1}', left: 0 });
});

test('kinds', () => {
  expect([null, true, 1, 1n, 'a', new Uint8Array(), [], {}, { decimal: '1' }, { decimal: 'x' }].map(kindOf)).toEqual([
    'null',
    'boolean',
    'number',
    'number',
    'string',
    'bytes',
    'list',
    'record',
    'number',
    'record',
  ]);
});

test('hex', () => {
  expect(hex(Uint8Array.of(1, 171, 255), 2)).toEqual({ text: '0x01ab', left: 1 });
});
