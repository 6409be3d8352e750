import { describe, expect, it } from 'vitest';
import { parseAvro } from './parse.ts';
import { avroText } from './text.ts';

const text = (schema: string, references: string[] = []) => avroText(parseAvro(schema, { references }));

describe('the text of a schema', () => {
  it.each([
    ['a primitive in braces', '{ "type": "int" }', '"int"'],
    ['a logical type', '{"logicalType":"date","type":"int"}', '{"type":"int","logicalType":"date"}'],
    [
      'attributes in any order',
      '{"fields":[{"type":"long","default":1.0e3,"name":"n"}],"doc":"d","name":"a.b.R","type":"record"}',
      '{"type":"record","name":"R","namespace":"a.b","doc":"d","fields":[{"name":"n","type":"long","default":1.0e3}]}',
    ],
    [
      'a name used again',
      '[{"type":"fixed","name":"x.F","size":2},{"type":"map","values":"x.F"}]',
      '[{"type":"fixed","name":"F","namespace":"x","size":2},{"type":"map","values":"x.F"}]',
    ],
    [
      'a namespace that is inherited',
      '{"type":"record","name":"R","namespace":"x","fields":[{"name":"e","type":{"type":"enum","name":"x.E","symbols":["A"]}},{"name":"r","type":["null","x.R"]}]}',
      '{"type":"record","name":"R","namespace":"x","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":["A"]}},{"name":"r","type":["null","R"]}]}',
    ],
  ])('is one for %s', (_what, given, expected) => {
    expect(text(given)).toBe(expected);
    expect(text(expected)).toBe(expected);
  });

  it('names what a reference declares instead of spelling it out', () => {
    const leg = '{"type":"record","name":"air.Leg","fields":[]}';
    expect(text('{"type":"array","items":"air.Leg"}', [leg])).toBe('{"type":"array","items":"air.Leg"}');
  });

  it('sorts properties when normalised', () => {
    const schema = parseAvro('{"type":"int","b":1,"a":2}');
    expect(avroText(schema)).toBe('{"type":"int","b":1,"a":2}');
    expect(avroText(schema, { normalize: true })).toBe('{"type":"int","a":2,"b":1}');
  });
});

describe('what is no schema', () => {
  it.each([
    ['"nothing"', /not a defined name/],
    ['{"type":"array"}', /no items/],
    ['["int","int"]', /duplicate in union/],
    ['["int",["null"]]', /nested union/],
    ['{"type":"record","name":"1R","fields":[]}', /illegal name/],
    ['{"type":"record","name":"R"}', /no fields/],
    ['{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}', /duplicate field/],
    ['{"type":"enum","name":"E","symbols":["A","A"]}', /duplicate enum symbol/],
    ['{"type":"enum","name":"E","symbols":["A"],"default":"B"}', /not among the symbols/],
    ['{"type":"fixed","name":"F","size":-1}', /size/],
    ['[{"type":"fixed","name":"F","size":1},{"type":"enum","name":"F","symbols":[]}]', /redefine/],
    [`${'{"type":"array","items":'.repeat(600)}"int"${'}'.repeat(600)}`, /nests deeper/],
    ['7', /no type/],
    ['{"type":', /JSON/],
  ])('is refused: %.60s', (given, reason) => {
    expect(() => parseAvro(given)).toThrow(reason);
  });

  it.each([
    ['int', 2147483648],
    ['int', 1.5],
    ['string', 1],
    ['boolean', null],
    [['null', 'int'], 'null'],
    [{ type: 'array', items: 'int' }, ['a']],
    [{ type: 'record', name: 'S', fields: [{ name: 'x', type: 'int' }] }, {}],
    ['R', {}],
  ])('is refused as new for a default of the wrong type: %j', (type, value) => {
    const schema = JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'f', type, default: value }] });
    expect(() => parseAvro(schema)).not.toThrow();
    expect(() => parseAvro(schema, { validateDefaults: true })).toThrow(/Invalid default for field R.f/);
  });

  it('is not a long that a double could not hold', () => {
    const long = (value: string) =>
      `{"type":"record","name":"R","fields":[{"name":"f","type":"long","default":${value}}]}`;
    expect(() => parseAvro(long('9223372036854775807'), { validateDefaults: true })).not.toThrow();
    expect(() => parseAvro(long('9223372036854775808'), { validateDefaults: true })).toThrow(/Invalid default/);
  });
});
