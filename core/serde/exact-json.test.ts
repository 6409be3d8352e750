import { expect, it } from 'vitest';
import type { Value } from '#core/contract/value.ts';
import { exactJson } from './exact-json.ts';

it.each<[Value, string]>([
  [2n ** 63n - 1n, '9223372036854775807'],
  [{ id: -(2n ** 63n), name: 'x' }, '{"id":-9223372036854775808,"name":"x"}'],
  [{ price: { decimal: '12.30' } }, '{"price":12.30}'],
  [{ decimal: 'not a number' }, '{"decimal":"not a number"}'],
  [{ decimal: '1.5', unit: 'EUR' }, '{"decimal":"1.5","unit":"EUR"}'],
  [Uint8Array.of(0, 255), '"AP8="'],
  [[Buffer.from([0, 255])], '["AP8="]'],
  [[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], '["NaN","Infinity","-Infinity"]'],
  [-0, '-0.0'],
  [null, 'null'],
])('%o', (value, text) => {
  expect(exactJson(value)).toBe(text);
});

it('indents when asked', () => {
  expect(exactJson({ a: 1n }, 2)).toBe('{\n  "a": 1\n}');
});
