import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import avsc from 'avsc';
import { describe, expect, it } from 'vitest';
import { type Batch, createBatch } from '#core/columns/batch.ts';
import { type Column, isValid } from '#core/columns/column.ts';
import { type Flight, readFlights, sampleDataDir } from '#core/sandbox/sample/flights.ts';
import { type ColumnDecoderOptions, compileColumnDecoder, type DecodeRow } from './column-decoder.ts';
import { DecodeError } from './decode-error.ts';
import { columnFields } from './fields.ts';
import { readAvroSchema } from './schema.ts';

const flightText = readFileSync(join(sampleDataDir, 'flight.avsc'), 'utf8');

function cell(column: Column, row: number): unknown {
  if (!isValid(column, row)) return null;
  switch (column.layout) {
    case 'bits':
      return ((column.values[row >> 3]! >> (row & 7)) & 1) === 1;
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

/** A decoder from one schema's bytes to the columns of another, or of the same. */
function bind(writer: unknown, reader: unknown = writer, options: ColumnDecoderOptions = {}): Bound {
  const readerSchema = readAvroSchema(JSON.stringify(reader));
  const batch = createBatch(columnFields(readerSchema), 64);
  const decoder = compileColumnDecoder(readAvroSchema(JSON.stringify(writer)), batch.fields, {
    reader: readerSchema,
    ...options,
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

describe('int64', () => {
  const long = avsc.types.LongType.__with({
    fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
    toBuffer: (value: bigint) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(value);
      return bytes;
    },
    fromJSON: BigInt,
    toJSON: Number,
    isValid: (value: unknown) => typeof value === 'bigint',
    compare: (one: bigint, other: bigint) => (one < other ? -1 : one > other ? 1 : 0),
  });

  it('is exact for every length of its varint', () => {
    const schema = record({ name: 'a', type: 'long' });
    const bound = bind(schema);
    const type = avsc.Type.forSchema(schema as avsc.Schema, { registry: { long } });
    const values = [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n];
    for (let bit = 0n; bit < 63n; bit++) values.push(2n ** bit, -(2n ** bit), 2n ** bit - 1n, -(2n ** bit) - 1n);
    for (const a of values) expect(decodeOne(bound, type.toBuffer({ a }))).toEqual({ a });
  });
});

describe('malformed bytes', () => {
  it('are a DecodeError with field and position, at every length', () => {
    const schema = JSON.parse(flightText);
    const bound = bind(schema);
    const type = avsc.Type.forSchema(schema);
    const bytes = type.toBuffer(type.random());
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeOne(bound, bytes.subarray(0, length)), `${length} bytes`).toThrow(DecodeError);
    }
    const longer = Buffer.concat([bytes, Buffer.alloc(3)]);
    expect(() => decodeOne(bound, longer)).toThrow(/byte \d+: 3 bytes are left after the value/);
  });
});
