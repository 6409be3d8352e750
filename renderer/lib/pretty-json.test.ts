import { expect, test } from 'vitest';
import { prettyJson } from './pretty-json.ts';

test('indents as JSON.stringify does', () => {
  const value = { a: [1, { b: [] }, {}], c: 'x,{"y":1}\\"', d: null, e: [true, [false]] };
  expect(prettyJson(JSON.stringify(value))).toBe(JSON.stringify(value, undefined, 2));
  expect(prettyJson(' "string" ')).toBe('"string"');
});

test('changes no digit and no escape', () => {
  expect(prettyJson('{"n":9007199254740993,"m":1.50,"s":"\\u00e9"}')).toBe(
    '{\n  "n": 9007199254740993,\n  "m": 1.50,\n  "s": "\\u00e9"\n}',
  );
});

test('leaves alone what is no JSON', () => {
  expect(prettyJson('syntax = "proto3";\n')).toBe('syntax = "proto3";\n');
});
