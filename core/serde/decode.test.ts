import { describe, expect, it } from 'vitest';
import { WorkbenchError } from '#core/contract/errors.ts';
import { oracle } from './avro/test-schemas.ts';
import { decodeBytes } from './decode.ts';
import type { WireSchema } from './formats/format.ts';
import { schemaIdAt } from './wire.ts';

const order = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'note', type: ['null', 'string'] },
  ],
};
const schemas: Record<number, WireSchema> = {
  7: { schemaType: 'AVRO', schema: JSON.stringify(order), resolved: new Map() },
  8: { schemaType: 'JSON', schema: '{}', resolved: new Map() },
  9: { schemaType: 'PROTOBUF', schema: 'syntax = "proto3";', resolved: new Map() },
  10: { schemaType: 'AVRO', schema: '{"type":"nothing"}', resolved: new Map() },
};

let asked = 0;
const context = {
  schemaById: async (id: number) => {
    asked++;
    const schema = schemas[id];
    if (schema === undefined) throw new WorkbenchError('REGISTRY_NOT_FOUND', `There is no schema ${id}.`);
    return schema;
  },
};

function framed(schemaId: number, value: Uint8Array): Buffer {
  const header = Buffer.alloc(5);
  header.writeInt32BE(schemaId, 1);
  return Buffer.concat([header, value]);
}

const decode = (bytes: Uint8Array | null) => decodeBytes(bytes, context);
const text = (value: string) => decode(Buffer.from(value));

describe('the first format that fits', () => {
  it('is null for no bytes at all', async () => {
    expect(await decode(null)).toEqual({ format: 'null', value: null, schemaId: null, failures: [] });
  });

  it('is Avro, exact, behind a header', async () => {
    const bytes = framed(7, oracle(order).toBuffer({ id: 2n ** 63n - 1n, note: { string: 'hé' } }));
    expect(await decode(bytes)).toEqual({
      format: 'avro',
      value: { id: 2n ** 63n - 1n, note: 'hé' },
      schemaId: 7,
      failures: [],
    });
  });

  it('is JSON, with and without the header of a JSON schema', async () => {
    expect(await text('{"id":9007199254740993}')).toMatchObject({
      format: 'json',
      value: { id: 9_007_199_254_740_993n },
      schemaId: null,
    });
    expect(await decode(framed(8, Buffer.from('[1]')))).toMatchObject({ format: 'json', value: [1], schemaId: 8 });
    expect(await text('[null]')).toMatchObject({ format: 'json', value: [null] });
  });

  it('is text where it is no JSON, an empty value too', async () => {
    expect(await text('hello, wörld')).toMatchObject({ format: 'text', value: 'hello, wörld' });
    expect(await text('')).toMatchObject({ format: 'text', value: '' });
    expect(await text('007')).toMatchObject({ format: 'text', value: '007' });
    // A key that is a number in text stays what it is: text.
    expect(await text('42')).toMatchObject({ format: 'text', value: '42' });
  });

  it('is binary for the rest, in memory of its own', async () => {
    const bytes = Buffer.of(0xff, 0xfe);
    const decoded = await decode(bytes);
    expect(decoded).toMatchObject({ format: 'binary', value: Uint8Array.of(0xff, 0xfe) });
    bytes[0] = 0;
    expect(decoded.value).toEqual(Uint8Array.of(0xff, 0xfe));
  });

  it('takes eight bytes of a number for no text', async () => {
    expect((await decode(Buffer.from('000000000000002a', 'hex'))).format).toBe('binary');
  });
});

describe('why earlier formats did not fit', () => {
  const reasons = async (bytes: Uint8Array) =>
    Object.fromEntries((await decode(bytes)).failures.map(({ format, reason }) => [format, reason]));

  it('is told for each', async () => {
    expect(await reasons(Buffer.of(0xff, 1, 2, 3, 4, 5))).toMatchObject({
      avro: 'no Confluent header: the first byte is 0xff, not 0x00',
      json: 'it is not valid UTF-8',
      text: 'it is not valid UTF-8',
    });
    expect(await reasons(Buffer.from('hi'))).toMatchObject({ avro: 'no Confluent header: only 2 bytes' });
  });

  it('names the field that is damaged', async () => {
    const bytes = framed(7, oracle(order).toBuffer({ id: 1n, note: { string: 'abc' } }));
    const decoded = await decode(bytes.subarray(0, bytes.length - 1));
    expect(decoded).toMatchObject({ format: 'binary', schemaId: null });
    expect(decoded.failures[0]?.reason).toBe(
      'Avro: field note, byte 2: the value ends too early: 3 bytes wanted, 2 left',
    );
  });

  it('names what the registry said, asked once', async () => {
    asked = 0;
    expect(await reasons(framed(1, Buffer.of(1)))).toMatchObject({ avro: 'There is no schema 1.' });
    expect(asked).toBe(1);
    expect(await reasons(framed(9, Buffer.of(1)))).toMatchObject({ avro: 'schema 9 is PROTOBUF, not Avro' });
    expect((await reasons(framed(10, Buffer.of(1)))).avro).toContain('schema 10 is no Avro schema');
  });
});

describe('the header', () => {
  it('is found where it is', () => {
    const bytes = Buffer.concat([Buffer.of(9, 9), framed(0x01020304, Buffer.of(5))]);
    expect(schemaIdAt(bytes, 2, bytes.length)).toBe(0x01020304);
    expect(schemaIdAt(bytes, 2, 6)).toBe(-1);
    expect(schemaIdAt(bytes, 0, bytes.length)).toBe(-1);
    expect(schemaIdAt(framed(-1, Buffer.alloc(0)), 0, 5)).toBe(-1);
  });
});
