import { expect, test } from 'vitest';
import { type CodeLanguage, tokenizeCode } from './code-tokens.ts';

const pieces = (code: string, language: CodeLanguage) =>
  tokenizeCode(code, language).map((line) =>
    line.filter(({ kind }) => kind !== 'text').map(({ kind, text }) => `${kind} ${text}`),
  );

test('no character is lost, in any language', () => {
  const code = `a: "x # y" # note\n\n  - b: [1, true]\n'it''s' -- end\n{"k": -1.5e3}\nкафка=1`;
  for (const language of ['yaml', 'json', 'sql', 'properties', 'text'] as const) {
    const joined = tokenizeCode(code, language).map((line) => line.map(({ text }) => text).join(''));
    expect(joined.join('\n')).toBe(code);
  }
});

test('YAML: keys, values, comments, and no comment inside a string', () => {
  expect(pieces('name: flights # all\nrate: 20\n- on: true\n  url: "http://a#b"', 'yaml')).toEqual([
    ['key name', 'comment # all'],
    ['key rate', 'number 20'],
    ['key on', 'constant true'],
    ['key url', 'string "http://a#b"'],
  ]);
});

test('YAML: a value that holds a colon or a digit stays one value', () => {
  expect(pieces('url: http://localhost:9092\ntime: 10s', 'yaml')).toEqual([['key url'], ['key time']]);
});

test('JSON: a key is not a string', () => {
  expect(pieces('{"a": "b", "c": [null, -1.5e3]}', 'json')).toEqual([
    ['key "a"', 'string "b"', 'key "c"', 'constant null', 'number -1.5e3'],
  ]);
});

test('SQL: words in any case, quoted names are names', () => {
  expect(pieces(`select "from" FROM t1 where a = 'it''s' -- end`, 'sql')).toEqual([
    ['keyword select', 'keyword FROM', 'keyword where', "string 'it''s'", 'comment -- end'],
  ]);
});

test('properties: comment, key, value', () => {
  expect(pieces('# c\nbootstrap.servers=a:9092\nacks=1', 'properties')).toEqual([
    ['comment # c'],
    ['key bootstrap.servers'],
    ['key acks', 'number 1'],
  ]);
});
