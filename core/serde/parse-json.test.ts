import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactJson } from './exact-json.ts';
import { parseJson } from './parse-json.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

describe('numbers keep every digit', () => {
  it.each([
    ['9007199254740991', 9_007_199_254_740_991],
    ['9007199254740993', 9_007_199_254_740_993n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['123456789012345678901234567890', 123456789012345678901234567890n],
    ['1.5', 1.5],
    ['1.50', 1.5],
    ['100e-2', 1],
    ['1E2', 100],
    ['1e21', 1e21],
    ['0.000000000000000000001', 1e-21],
    ['-0', -0],
    ['-0.0000000000000000', -0],
    ['0.1234567890123456789', { decimal: '0.1234567890123456789' }],
    ['1e400', { decimal: '1e400' }],
    ['1e-400', { decimal: '1e-400' }],
    ['9007199254740993.0', { decimal: '9007199254740993.0' }],
  ])('%s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
    expect(parseJson(`{"a":[${text}]}`)).toEqual({ a: [value] });
  });

  it('of absurd length stay text', () => {
    const text = '7'.repeat(1_000_000);
    expect(parseJson(text)).toEqual({ decimal: text });
  });
});

describe('other texts', () => {
  it('may be one long string', () => {
    const text = '[\\n'.repeat(5_000_000);
    expect(parseJson(JSON.stringify(text))).toBe(text);
  });

  it('that nest too deep are refused', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}1${']'.repeat(depth)}`;
    expect(() => parseJson(nested(1_000_000))).toThrow('the JSON nests deeper than 128 levels');
    expect(() => parseJson(nested(129))).toThrow('deeper');
    expect(parseJson(nested(128))).toHaveLength(1);
    expect(parseJson(JSON.stringify('["\\'.repeat(200)))).toHaveLength(600);
  });

  it('keep a key called __proto__', () => {
    expect(Object.keys(parseJson('{"__proto__":12345678901234567890}') as object)).toEqual(['__proto__']);
  });
});

describe(`printing and reading back, SEED=${seed}`, () => {
  it('gives the same value', () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constant(null),
        fc.boolean(),
        fc.string(),
        // A double beyond 2^53 comes back as the bigint of its digits.
        fc.double({ noNaN: true, min: -(2 ** 53) + 1, max: 2 ** 53 - 1 }),
        fc.bigInt().filter((int) => int > 2n ** 53n || int < -(2n ** 53n)),
        fc.array(tie('value')),
        fc.dictionary(fc.string(), tie('value')).map((entries) => ({ ...entries })),
      ),
    }));
    fc.assert(
      fc.property(value, (one) => {
        expect(parseJson(exactJson(one as never))).toEqual(one);
      }),
      { seed, numRuns: 500 },
    );
  });
});
