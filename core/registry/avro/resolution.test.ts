/** The verdicts and messages in the two tables are those of Avro's Java library 1.12, which was asked for each of them. */
import { describe, expect, it } from 'vitest';
import { parseAvro } from './parse.ts';
import { readMismatches } from './resolution.ts';

const mismatches = (reader: unknown, writer: unknown) =>
  readMismatches(parseAvro(JSON.stringify(reader)).root, parseAvro(JSON.stringify(writer)).root).map(
    ({ type, path, message }) => `${type} ${path} ${message}`,
  );

const record = (...fields: object[]) => ({ type: 'record', name: 'R', fields });
const field = (type: unknown, more: object = {}) => ({ name: 'a', type, ...more });
const choice = (symbols: string[], more: object = {}) => ({ type: 'enum', name: 'E', symbols, ...more });
const fixed = (size: number, name = 'F') => ({ type: 'fixed', name, size });

describe('can be read', () => {
  it.each<[what: string, reader: unknown, writer: unknown]>([
    ['int as long', 'long', 'int'],
    ['int as float', 'float', 'int'],
    ['long as float', 'float', 'long'],
    ['float as double', 'double', 'float'],
    ['string as bytes', 'bytes', 'string'],
    ['bytes as string', 'string', 'bytes'],
    ['a promotion inside an array', { type: 'array', items: 'double' }, { type: 'array', items: 'int' }],
    ['a promotion inside a map', { type: 'map', values: 'long' }, { type: 'map', values: 'int' }],
    ['a logical type as its base', { type: 'long', logicalType: 'timestamp-micros' }, 'long'],
    ['a type by a union with a promotion of it', ['null', 'long'], 'int'],
    ['a union whose branches are all readable', 'double', ['int', 'float']],
    ['an empty union', 'int', []],
    ['an enum that lost a symbol but has a default', choice(['A'], { default: 'A' }), choice(['A', 'B'])],
    ['an enum that gained a symbol', choice(['A', 'B']), choice(['A'])],
    ['a record that moved to another namespace', { ...record(), namespace: 'x' }, { ...record(), namespace: 'y' }],
    ['a renamed record with an alias', { ...record(), name: 'New', aliases: ['R'] }, record()],
    ['a field that is gone', record(), record(field('int'))],
    ['a field that is new with a default of null', record(field(['null', 'int'], { default: null })), record()],
    ['a record that holds itself', record(field(['null', 'R'])), record(field(['null', 'R']))],
  ])('%s', (_what, reader, writer) => {
    expect(mismatches(reader, writer)).toEqual([]);
  });
});

describe("can't be read", () => {
  it.each<[what: string, reader: unknown, writer: unknown, found: string[]]>([
    ['long as int', 'int', 'long', ['TYPE_MISMATCH / reader type: INT not compatible with writer type: LONG']],
    [
      'double as float',
      'float',
      'double',
      ['TYPE_MISMATCH / reader type: FLOAT not compatible with writer type: DOUBLE'],
    ],
    [
      'a union with one branch that is not readable',
      'long',
      ['int', 'string'],
      ['TYPE_MISMATCH /1 reader type: LONG not compatible with writer type: STRING'],
    ],
    [
      'a type that the union lacks',
      record(field(['null', 'int'])),
      record(field('string')),
      ['MISSING_UNION_BRANCH /fields/0/type reader union lacking writer type: STRING'],
    ],
    [
      'a union that lost a branch',
      ['null', 'int'],
      ['null', 'string', 'int'],
      ['MISSING_UNION_BRANCH /1 reader union lacking writer type: STRING'],
    ],
    ['an enum that lost symbols', choice(['B']), choice(['C', 'B', 'A']), ['MISSING_ENUM_SYMBOLS /symbols [A, C]']],
    ['a fixed of another size', fixed(8), fixed(4), ['FIXED_SIZE_MISMATCH /size expected: 4, found: 8']],
    ['a fixed of another name', fixed(4, 'G'), fixed(4), ['NAME_MISMATCH /name expected: F']],
    ['a renamed record', { ...record(), name: 'New' }, record(), ['NAME_MISMATCH /name expected: R']],
    [
      'a new field without a default',
      record(field('int')),
      record(),
      ['READER_FIELD_MISSING_DEFAULT_VALUE /fields/0 a'],
    ],
    [
      'a change deep inside a record that holds itself',
      record(field(['null', 'R']), { name: 'b', type: 'int' }),
      record(field(['null', 'R']), { name: 'b', type: 'string' }),
      ['TYPE_MISMATCH /fields/1/type reader type: INT not compatible with writer type: STRING'],
    ],
    [
      'several changes, each with its place',
      record(field({ type: 'array', items: 'int' }), { name: 'b', type: fixed(2) }),
      record(field({ type: 'array', items: 'string' }), { name: 'b', type: fixed(3) }),
      [
        'TYPE_MISMATCH /fields/0/type/items reader type: INT not compatible with writer type: STRING',
        'FIXED_SIZE_MISMATCH /fields/1/type/size expected: 3, found: 2',
      ],
    ],
  ])('%s', (_what, reader, writer, found) => {
    expect(mismatches(reader, writer)).toEqual(found);
  });

  it('a field whose name and alias are both in the writer', () => {
    const reader = record({ name: 'a', type: 'int', aliases: ['b'] });
    const writer = record(field('int'), { name: 'b', type: 'int' });
    expect(mismatches(reader, writer)).toEqual([
      'NAME_MISMATCH /fields/0 field a matches several fields of the writer: a, b',
    ]);
  });
});
