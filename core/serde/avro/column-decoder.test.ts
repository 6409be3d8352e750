import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import avsc from 'avsc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Batch, createBatch } from '#core/columns/batch.ts';
import { type Column, isSet, isValid } from '#core/columns/column.ts';
import type { Field } from '#core/columns/type.ts';
import type { Value } from '#core/contract/value.ts';
import { type Flight, readFlights, sampleDataDir } from '#core/sandbox/sample/flights.ts';
import { exactJson } from '../exact-json.ts';
import { compileColumnDecoder, type DecodeRow } from './column-decoder.ts';
import { DecodeError } from './decode-error.ts';
import { columnFields } from './fields.ts';
import { readAvroSchema } from './schema.ts';
import { oracle, recordSamples } from './test-schemas.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

const flightText = readFileSync(join(sampleDataDir, 'flight.avsc'), 'utf8');

function cell(column: Column, row: number): unknown {
  if (!isValid(column, row)) return null;
  switch (column.layout) {
    case 'bits':
      return isSet(column.values, row);
    case 'bytes': {
      const bytes = column.data.slice(column.offsets[row]!, column.offsets[row + 1]!);
      return column.type.kind === 'binary' ? bytes : Buffer.from(bytes).toString();
    }
    default:
      return column.values[row];
  }
}

function rowOf(batch: Batch, row: number): Record<string, unknown> {
  return Object.fromEntries(batch.fields.map(({ name }, index) => [name, cell(batch.columns[index]!, row)]));
}

interface Bound {
  readonly batch: Batch;
  readonly decode: DecodeRow;
}

function flightBytes(): Buffer {
  const flight = {
    flight_id: 1n,
    time_hour: 2n ** 40n,
    carrier: 'UA',
    flight: 1545,
    tailnum: { string: 'N14228' },
    origin: 'EWR',
    dest: 'IAH',
  };
  const times = {
    sched_dep_time: 515,
    sched_arr_time: 819,
    dep_time: { int: 517 },
    dep_delay: { float: 2 },
    arr_time: null,
    arr_delay: { float: 11 },
  };
  return oracle(JSON.parse(flightText)).toBuffer({ ...flight, ...times, air_time: null, distance: 1400 });
}

/** A decoder from one schema's bytes to the columns of another, or of the same. */
function bind(writer: unknown, reader: unknown = writer): Bound {
  const readerSchema = readAvroSchema(JSON.stringify(reader));
  const batch = createBatch(columnFields(readerSchema), 64);
  const decoder = compileColumnDecoder(readAvroSchema(JSON.stringify(writer)), batch.fields, {
    reader: readerSchema,
  });
  return { batch, decode: decoder.bind(batch.columns) };
}

function decodeOne({ batch, decode }: Bound, bytes: Uint8Array): Record<string, unknown> {
  decode(bytes, 0, bytes.length, 0);
  return rowOf(batch, 0);
}

function record(...fields: readonly unknown[]) {
  return { type: 'record', name: 'R', fields };
}

describe('the flight schema', () => {
  it('fills columns with what avsc reads', async () => {
    const type = avsc.Type.forSchema(JSON.parse(flightText));
    const schema = readAvroSchema(flightText);
    const batch = createBatch(columnFields(schema), 2_000);
    const decode = compileColumnDecoder(schema, batch.fields).bind(batch.columns);
    let flights: readonly Flight[] = [];
    for await (const chunk of readFlights({ chunk: 2_000 })) {
      flights = chunk;
      break;
    }
    flights.forEach((flight, row) => {
      const bytes = type.toBuffer(flight);
      decode(bytes, 0, bytes.length, row);
    });
    expect(flights).toHaveLength(2_000);
    flights.forEach((flight, row) => {
      expect(rowOf(batch, row)).toEqual({
        ...flight,
        flight_id: BigInt(flight.flight_id),
        time_hour: BigInt(flight.time_hour),
      });
    });
  });
});

describe(`random schemas and values, SEED=${seed}`, () => {
  /** What the cell of a column must show for a decoded value. */
  function shown(value: Value, { type }: Field): unknown {
    if (value === null) return null;
    if (type.kind === 'json') return exactJson(value);
    if (type.kind === 'decimal') return (value as { decimal: string }).decimal;
    return value;
  }

  it('fill the columns that are wanted with what avsc wrote, and skip the others', () => {
    const cases = fc.tuple(recordSamples, fc.infiniteStream(fc.boolean()));
    fc.assert(
      fc.property(cases, ([{ schema, rows }, wanted]) => {
        const node = readAvroSchema(JSON.stringify(schema));
        const fields = columnFields(node).filter(() => wanted.next().value);
        const batch = createBatch(fields, 16);
        const decode = compileColumnDecoder(node, fields).bind(batch.columns);
        const type = oracle(schema);
        rows.forEach(({ raw }, row) => {
          const bytes = Buffer.concat([Buffer.alloc(3, 0xff), type.toBuffer(raw), Buffer.alloc(2, 0xff)]);
          decode(bytes, 3, bytes.length - 2, row);
        });
        rows.forEach(({ value }, row) => {
          const record = value as Record<string, Value>;
          const expected = fields.map((field) => [field.name, shown(record[field.name]!, field)]);
          expect(rowOf(batch, row)).toEqual(Object.fromEntries(expected));
        });
      }),
      { seed, numRuns: 400 },
    );
  });

  it('cut short or changed in a byte throw nothing but DecodeError, and the row can be written again', () => {
    fc.assert(
      fc.property(fc.tuple(recordSamples, fc.nat(), fc.nat(255)), ([{ schema, rows }, place, byte]) => {
        const bound = bind(schema);
        const bytes = oracle(schema).toBuffer(rows[0]!.raw);
        const expected = decodeOne(bound, bytes);
        for (let end = 0; end < bytes.length; end++) {
          expect(() => bound.decode(bytes, 0, end, 0)).toThrow(DecodeError);
        }
        const changed = Buffer.from(bytes);
        if (bytes.length > 0) changed[place % bytes.length] = byte;
        try {
          bound.decode(changed, 0, changed.length, 0);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
        expect(decodeOne(bound, bytes)).toEqual(expected);
      }),
      { seed, numRuns: 200 },
    );
  });
});

describe('int64', () => {
  it('is exact for every length of its varint', () => {
    const schema = record({ name: 'a', type: 'long' });
    const bound = bind(schema);
    const type = oracle(schema);
    const values = [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n];
    for (let bit = 0n; bit < 63n; bit++) values.push(2n ** bit, -(2n ** bit), 2n ** bit - 1n, -(2n ** bit) - 1n);
    for (const a of values) expect(decodeOne(bound, type.toBuffer({ a }))).toEqual({ a });
  });
});

describe('malformed bytes', () => {
  it('are a DecodeError at every length, also at the very end of the memory', () => {
    const bound = bind(JSON.parse(flightText));
    const bytes = flightBytes();
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeOne(bound, new Uint8Array(bytes.subarray(0, length))), `${length} bytes`).toThrow(DecodeError);
    }
  });

  it('that go on after the value are refused', () => {
    const bound = bind(JSON.parse(flightText));
    const longer = Buffer.concat([flightBytes(), Buffer.alloc(3)]);
    expect(() => decodeOne(bound, longer)).toThrow(/byte \d+: 3 bytes are left after the value/);
  });

  it.each([
    ['int', [255, 255, 255, 255, 16], 'the number has more than 32 bits'],
    ['long', Array(11).fill(255), 'the number has more than 64 bits'],
    ['string', [1], 'negative length -1'],
    ['string', [200, 1, 65], 'the value ends too early: 100 bytes wanted, 1 left'],
    ['boolean', [2], '2 is no boolean'],
    [['null', 'int'], [4, 0], 'branch 2 of a union with 2'],
    [{ type: 'enum', name: 'E', symbols: ['A'] }, [2], 'symbol 1 of an enum with 1'],
  ])('of %j say what is wrong', (type, bytes, reason) => {
    const bound = bind(record({ name: 'before', type: 'int' }, { name: 'bad', type }));
    expect(() => decodeOne(bound, Uint8Array.of(2, ...bytes))).toThrow(`Avro: field bad, byte 1: ${reason}`);
  });
});

describe("the writer's schema is another version", () => {
  const decodeAs = (writer: unknown, reader: unknown, a: unknown) =>
    decodeOne(
      bind(record({ name: 'a', type: writer }), record({ name: 'a', type: reader })),
      oracle(record({ name: 'a', type: writer })).toBuffer({ a }),
    ).a;

  it('promotes numbers', () => {
    expect(decodeAs('int', 'long', -7)).toBe(-7n);
    expect(decodeAs('int', 'float', -7)).toBe(-7);
    expect(decodeAs('int', 'double', 7)).toBe(7);
    expect(decodeAs('long', 'double', -(2n ** 40n))).toBe(-(2 ** 40));
    expect(decodeAs('long', 'float', 2n ** 40n)).toBe(2 ** 40);
    expect(decodeAs('float', 'double', 1.5)).toBe(1.5);
  });

  it('reads text as bytes and bytes as text', () => {
    expect(decodeAs('string', 'bytes', 'é')).toEqual(new Uint8Array(Buffer.from('é')));
    expect(decodeAs('bytes', 'string', Buffer.from('é'))).toBe('é');
  });

  it('takes what became nullable, or a union', () => {
    expect(decodeAs('int', ['null', 'long'], 3)).toBe(3n);
    expect(decodeAs('string', ['null', 'int', 'string'], 'x')).toBe('"x"');
    expect(decodeAs(['null', 'int'], 'int', { int: 3 })).toBe(3);
    expect(() => decodeAs(['null', 'int'], 'int', null)).toThrow(
      'field a, byte 1: null, which the column can not hold',
    );
    expect(() => decodeAs(['string', 'int'], 'int', { string: 'x' })).toThrow(
      'a string, which the column can not hold',
    );
  });

  it('multiplies milliseconds for a column of microseconds and refuses the way back', () => {
    const millis = { type: 'long', logicalType: 'timestamp-millis' };
    const micros = { type: 'long', logicalType: 'timestamp-micros' };
    expect(decodeAs(millis, micros, -1_700_000_000_123n)).toBe(-1_700_000_000_123_000n);
    expect(() => decodeAs(millis, micros, 2n ** 62n)).toThrow('does not fit 64 bits');
    expect(() => decodeAs(micros, millis, 1n)).toThrow(
      /Field a was written as long; the column is timestamp\[ms, utc\]/,
    );
    expect(decodeAs('long', millis, 5n)).toBe(5n);
  });

  it('fills what is missing with the default or null, and finds fields by their aliases', () => {
    const place = {
      type: 'record',
      name: 'P',
      fields: [
        { name: 'note', type: ['string', 'null'], default: 'none' },
        { name: 'level', type: 'int', default: 7 },
      ],
    };
    const reader = record(
      { name: 'new_name', aliases: ['old_name'], type: 'int' },
      { name: 'level', type: 'long', default: 2 ** 53 },
      { name: 'note', type: ['null', 'string'], default: null },
      { name: 'tags', type: { type: 'array', items: 'string' }, default: ['a'] },
      { name: 'place', type: place, default: { note: null } },
      {
        name: 'price',
        type: { type: 'bytes', logicalType: 'decimal', precision: 4, scale: 2 },
        default: '\u0001\u0000',
      },
    );
    const writer = record({ name: 'gone', type: { type: 'map', values: 'int' } }, { name: 'old_name', type: 'int' });
    const exactReader = JSON.stringify(reader).replace('9007199254740992', '9007199254740993');
    const schema = readAvroSchema(exactReader);
    const batch = createBatch(columnFields(schema), 8);
    const decode = compileColumnDecoder(readAvroSchema(JSON.stringify(writer)), batch.fields, { reader: schema }).bind(
      batch.columns,
    );
    expect(decodeOne({ batch, decode }, oracle(writer).toBuffer({ gone: { x: 1 }, old_name: 4 }))).toEqual({
      new_name: 4,
      level: 9_007_199_254_740_993n,
      note: null,
      tags: '["a"]',
      place: '{"note":null,"level":7}',
      price: '2.56',
    });
  });

  it('refuses a field that has neither', () => {
    const writer = record({ name: 'a', type: 'int' });
    expect(() => bind(writer, record({ name: 'b', type: 'int' }))).toThrow('has no field b');
  });
});

describe('columns that are written again', () => {
  it('forget the row before and keep texts longer than their memory', () => {
    const schema = record({ name: 'a', type: ['null', 'string'] }, { name: 'ok', type: 'boolean' });
    const bound = bind(schema);
    const type = oracle(schema);
    const long = 'x'.repeat(10_000);
    expect(decodeOne(bound, type.toBuffer({ a: { string: long }, ok: true }))).toEqual({ a: long, ok: true });
    expect(decodeOne(bound, type.toBuffer({ a: null, ok: false }))).toEqual({ a: null, ok: false });
    expect(decodeOne(bound, type.toBuffer({ a: { string: 'y' }, ok: false }))).toEqual({ a: 'y', ok: false });
  });
});

describe('fields that nobody wants', () => {
  const nested = { type: 'map', values: { type: 'array', items: ['null', 'L'] } };
  const list = { type: 'record', name: 'L', fields: [{ name: 'next', type: ['null', 'L'] }] };
  const skipped = record({ name: 'list', type: list }, { name: 'nested', type: nested }, { name: 'a', type: 'int' });
  const node = readAvroSchema(JSON.stringify(skipped));
  const batch = createBatch([{ name: 'a', type: { kind: 'int32' }, nullable: false }], 8);
  const bound = { batch, decode: compileColumnDecoder(node, batch.fields).bind(batch.columns) };

  it('are jumped over, also in blocks that say their size', () => {
    const blocks = Uint8Array.of(2, 0, /* a block of one entry in five bytes */ 1, 10, 2, 120, 2, 0, 0, 0, 14);
    expect(decodeOne(bound, blocks)).toEqual({ a: 7 });
  });

  it('end at once when they are hostile', () => {
    expect(() => decodeOne(bound, new Uint8Array(100_000).fill(2))).toThrow(/field list\..*nested deeper/);
    expect(() => decodeOne(bound, Uint8Array.of(0, 1, 0x7f))).toThrow(DecodeError);
  });
});
