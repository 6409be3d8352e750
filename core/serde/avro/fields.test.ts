import { describe, expect, it } from 'vitest';
import { WorkbenchError } from '#core/contract/errors.ts';
import { columnFields } from './fields.ts';
import { readAvroSchema } from './schema.ts';

function typeOf(type: unknown): unknown {
  const schema = { type: 'record', name: 'R', fields: [{ name: 'a', type }] };
  const [field] = columnFields(readAvroSchema(JSON.stringify(schema)));
  return field?.nullable ? { nullable: field.type } : field?.type;
}

const logical = (type: string, logicalType: string, more: object = {}) => ({ type, logicalType, ...more });
const fixed = (size: number, logicalType: string, more: object = {}) => ({
  type: 'fixed',
  name: 'F',
  size,
  logicalType,
  ...more,
});

describe('columns of an Avro schema', () => {
  it.each([
    ['boolean', { kind: 'bool' }],
    ['int', { kind: 'int32' }],
    ['long', { kind: 'int64' }],
    ['float', { kind: 'float32' }],
    ['double', { kind: 'float64' }],
    ['string', { kind: 'utf8' }],
    ['bytes', { kind: 'binary' }],
    [{ type: 'enum', name: 'E', symbols: ['A'] }, { kind: 'utf8' }],
    [{ type: 'fixed', name: 'F', size: 3 }, { kind: 'binary' }],
    [logical('int', 'date'), { kind: 'date' }],
    [logical('int', 'time-millis'), { kind: 'time', unit: 'ms' }],
    [logical('long', 'time-micros'), { kind: 'time', unit: 'us' }],
    [logical('long', 'timestamp-millis'), { kind: 'timestamp', unit: 'ms', utc: true }],
    [logical('long', 'timestamp-micros'), { kind: 'timestamp', unit: 'us', utc: true }],
    [logical('long', 'local-timestamp-millis'), { kind: 'timestamp', unit: 'ms', utc: false }],
    [logical('long', 'local-timestamp-micros'), { kind: 'timestamp', unit: 'us', utc: false }],
    [logical('string', 'uuid'), { kind: 'uuid' }],
    [fixed(16, 'uuid'), { kind: 'uuid' }],
    [fixed(12, 'duration'), { kind: 'binary' }],
    [logical('bytes', 'decimal', { precision: 10, scale: 2 }), { kind: 'decimal', precision: 10, scale: 2 }],
    [fixed(8, 'decimal', { precision: 10 }), { kind: 'decimal', precision: 10, scale: 0 }],
    [['null', 'int'], { nullable: { kind: 'int32' } }],
    [['string', 'null'], { nullable: { kind: 'utf8' } }],
    [['int'], { kind: 'int32' }],
    ['null', { nullable: { kind: 'json' } }],
    [['int', 'string'], { kind: 'json' }],
    [['null', 'int', 'string'], { nullable: { kind: 'json' } }],
    [{ type: 'array', items: 'int' }, { kind: 'json' }],
    [['null', { type: 'map', values: 'int' }], { nullable: { kind: 'json' } }],
    [{ type: 'record', name: 'N', fields: [] }, { kind: 'json' }],
  ])('%j', (type, expected) => {
    expect(typeOf(type)).toEqual(expected);
  });

  it.each([
    [logical('string', 'timestamp-millis'), { kind: 'utf8' }],
    [logical('long', 'made-up'), { kind: 'int64' }],
    [logical('long', 'timestamp-nanos'), { kind: 'int64' }],
    [logical('bytes', 'decimal', { precision: 2, scale: 3 }), { kind: 'binary' }],
    [logical('bytes', 'decimal', { precision: 1e9, scale: 1e9 }), { kind: 'binary' }],
    [fixed(15, 'uuid'), { kind: 'binary' }],
  ])('%j: a logical type that does not fit is ignored', (type, expected) => {
    expect(typeOf(type)).toEqual(expected);
  });

  it('are one column `value` when the schema is no record', () => {
    expect(columnFields(readAvroSchema('"long"'))).toEqual([
      { name: 'value', type: { kind: 'int64' }, nullable: false },
    ]);
  });

  it('know the types of referenced schemas', () => {
    const money = '{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}';
    const price = `{"type":"record","name":"Price","namespace":"shop","fields":[{"name":"amount","type":${money}}]}`;
    const level = '{"type":"enum","name":"Level","namespace":"shop","symbols":["LOW"]}';
    const schema =
      '{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"price","type":"Price"},{"name":"level","type":"shop.Level"}]}';
    const resolved = new Map([
      ['shop.Price', price],
      ['shop.Level', level],
    ]);
    expect(columnFields(readAvroSchema({ schemaType: 'AVRO', schema, resolved })).map(({ type }) => type.kind)).toEqual(
      ['json', 'utf8'],
    );
  });

  it('need a schema: what is none is an error with its name', () => {
    const read = () =>
      readAvroSchema('{"type":"record","name":"R","fields":[{"name":"a","type":"Missing"}]}', 'schema 12');
    expect(read).toThrow(WorkbenchError);
    expect(read).toThrow('schema 12 is no Avro schema: "Missing" is not a defined name');
    expect(() => readAvroSchema('{"type":')).toThrow(WorkbenchError);
  });
});
