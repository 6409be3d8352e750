import avsc from 'avsc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Value } from '#core/contract/value.ts';
import { exactJson } from '../exact-json.ts';
import { parseJson } from '../parse-json.ts';
import { type AvroNode, readAvroSchema } from './schema.ts';
import { samples } from './test-schemas.ts';
import { compileValueDecoder } from './value-decoder.ts';
import { encodeAvro } from './value-encoder.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const node = (schema: unknown) => readAvroSchema(JSON.stringify(schema));
const again = (schema: unknown, value: Value): Value => {
  const bytes = encodeAvro(node(schema), value);
  return compileValueDecoder(node(schema)).decode(bytes, 0, bytes.length);
};

describe(`random schemas and values, SEED=${seed}`, () => {
  // An int and a long of one value are told apart by the schema alone: their texts are alike. Which branch of several was
  // meant, a value does not say.
  it('are the same after writing and reading', () => {
    fc.assert(
      fc.property(samples, ({ schema, value }) => {
        fc.pre(!offersAChoice(node(schema)));
        expect(exactJson(again(schema, value))).toEqual(exactJson(value));
      }),
      { seed, numRuns: 500 },
    );
  });
});

function offersAChoice(schema: AvroNode, seen: Set<AvroNode> = new Set()): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  switch (schema.kind) {
    case 'union':
      if (schema.branches.filter(({ kind }) => kind !== 'null').length > 1) return true;
      return schema.branches.some((branch) => offersAChoice(branch, seen));
    case 'record':
      return schema.fields.some((field) => offersAChoice(field.type, seen));
    case 'array':
      return offersAChoice(schema.items, seen);
    case 'map':
      return offersAChoice(schema.values, seen);
    default:
      return false;
  }
}

const order = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 20, scale: 2 } },
    { name: 'note', type: ['null', 'string'], default: null },
    { name: 'tags', type: { type: 'array', items: 'string' }, default: [] },
  ],
};
const refusal = (value: string): string => {
  try {
    encodeAvro(node(order), parseJson(value));
  } catch (error) {
    return (error as Error).message;
  }
  return 'written';
};

describe('JSON that a person typed', () => {
  it('is written as another implementation writes it', () => {
    const simple = { ...order, fields: order.fields.filter(({ name }) => name !== 'price') };
    const bytes = encodeAvro(node(simple), parseJson('{"id": 5, "note": "x", "tags": ["a", "b"]}'));
    const theirs = avsc.Type.forSchema(simple as avsc.Schema).toBuffer({
      id: 5,
      note: 'x',
      tags: ['a', 'b'],
    });
    expect(Buffer.from(bytes)).toEqual(theirs);
  });

  it('keeps every digit, and takes defaults for what is left out', () => {
    const value = parseJson('{"id": 9007199254740993, "price": 123456789012345678.90}');
    expect(again(order, value)).toEqual({
      id: 9007199254740993n,
      price: { decimal: '123456789012345678.90' },
      note: null,
      tags: [],
    });
  });

  it('may name the branch of a union as Avro’s own JSON does', () => {
    const value = parseJson('{"id": 1, "price": 1, "note": {"string": "named"}}');
    expect(again(order, value)).toMatchObject({ note: 'named' });
  });

  it.each([
    ['{"price": 1}', 'field id: it is missing, and the schema gives it no default'],
    ['{"id": 1.5, "price": 1}', 'field id: 1.5 is no long'],
    ['{"id": 9223372036854775808, "price": 1}', 'field id: 9223372036854775808 is beyond the range of long'],
    ['{"id": 1, "price": 1.005}', 'field price: 1.005 is no decimal with 2 digits after the point'],
    ['{"id": 1, "price": 1, "tags": ["a", 2]}', 'field tags[1]: 2 is no string'],
    ['{"id": 1, "price": 1, "colour": "red"}', 'record Order has no field colour'],
    ['[]', 'a list is no record Order'],
  ])('%s is refused', (text, message) => {
    expect(refusal(text)).toBe(message);
  });
});
