import avsc from 'avsc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Value } from '#core/contract/value.ts';
import { DecodeError } from './decode-error.ts';
import { readAvroSchema } from './schema.ts';
import { oracle, samples } from './test-schemas.ts';
import { compileValueDecoder } from './value-decoder.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

function decode(schema: unknown, bytes: Uint8Array): Value {
  return compileValueDecoder(readAvroSchema(JSON.stringify(schema))).decode(bytes, 0, bytes.length);
}

function errorOf(work: () => unknown): DecodeError {
  try {
    work();
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
  throw new Error('it was decoded');
}

describe(`random schemas and values, SEED=${seed}`, () => {
  it('are read as avsc wrote them', () => {
    fc.assert(
      fc.property(samples, ({ schema, raw, value }) => {
        expect(decode(schema, oracle(schema).toBuffer(raw))).toEqual(value);
      }),
      { seed, numRuns: 500 },
    );
  });

  it('cut short or changed in a byte throw nothing but DecodeError', () => {
    const changed = fc.tuple(samples, fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(changed, ([{ schema, raw }, place, byte]) => {
        const decoder = compileValueDecoder(readAvroSchema(JSON.stringify(schema)));
        const bytes = oracle(schema).toBuffer(raw);
        for (let end = 0; end < bytes.length; end++) errorOf(() => decoder.decode(bytes, 0, end));
        if (bytes.length === 0) return;
        bytes[place % bytes.length] = byte;
        try {
          decoder.decode(bytes, 0, bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { seed, numRuns: 200 },
    );
  });
});

describe('errors', () => {
  const schema = {
    type: 'record',
    name: 'R',
    fields: [
      { name: 'id', type: 'long' },
      {
        name: 'crew',
        type: { type: 'array', items: { type: 'record', name: 'P', fields: [{ name: 'name', type: 'string' }] } },
      },
    ],
  };

  it('name the field and the byte', () => {
    const bytes = avsc.Type.forSchema(schema as avsc.Schema).toBuffer({
      id: 5,
      crew: [{ name: 'Ann' }, { name: 'Bo' }],
    });
    bytes[6] = 0x7f;
    const error = errorOf(() => decode(schema, bytes));
    expect(error.field).toBe('crew[1].name');
    expect(error.position).toBe(6);
    expect(error.code).toBe('DECODE_FAILED');
  });

  it('name text that is not UTF-8', () => {
    expect(errorOf(() => decode('string', Uint8Array.of(4, 0xc3, 0x28))).message).toContain('not valid UTF-8');
  });

  it('refuse varints that are too long', () => {
    expect(errorOf(() => decode('int', Uint8Array.of(255, 255, 255, 255, 16))).message).toContain('32 bits');
    expect(errorOf(() => decode('long', new Uint8Array(11).fill(255))).message).toContain('64 bits');
    expect(errorOf(() => decode('string', Uint8Array.of(1))).message).toContain('negative length -1');
  });
});

describe('hostile bytes', () => {
  /** A block count of 2^40. */
  const manyItems = Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x40, 0);

  it('end at once where items need no bytes', () => {
    expect(errorOf(() => decode({ type: 'array', items: 'null' }, manyItems)).message).toContain('more items');
    const wide = { type: 'record', name: 'E', fields: [{ name: 'a', type: 'null' }] };
    expect(errorOf(() => decode({ type: 'array', items: wide }, manyItems)).message).toContain('more items');
  });

  it('do not overflow the stack', () => {
    const list = { type: 'record', name: 'L', fields: [{ name: 'next', type: ['null', 'L'] }] };
    expect(decode(list, Uint8Array.of(2, 2, 0))).toEqual({ next: { next: { next: null } } });
    expect(errorOf(() => decode(list, new Uint8Array(1_000_000).fill(2))).message).toContain('nested deeper');
    const endless = { type: 'record', name: 'L', fields: [{ name: 'next', type: 'L' }] };
    expect(errorOf(() => decode(endless, new Uint8Array(0))).message).toContain('nested deeper');
  });

  it('of no length can not stand for 2^40 nulls', () => {
    let type: unknown = 'null';
    for (let level = 0; level < 40; level++) {
      const fields = [
        { name: 'a', type },
        { name: 'b', type: level === 0 ? 'null' : `L${level - 1}` },
      ];
      type = { type: 'record', name: `L${level}`, fields };
    }
    expect(errorOf(() => decode(type, new Uint8Array(0))).message).toContain('more items');
  });

  it('keep a map key called __proto__', () => {
    const bytes = Buffer.concat([Buffer.of(2, 18), Buffer.from('__proto__'), Buffer.of(6, 0)]);
    expect(Object.entries(decode({ type: 'map', values: 'int' }, bytes) as object)).toEqual([['__proto__', 3]]);
  });
});

describe('exact forms', () => {
  it('reads blocks that say their size', () => {
    expect(decode({ type: 'array', items: 'int' }, Uint8Array.of(3, 4, 2, 4, 0))).toEqual([1, 2]);
  });

  it('reads a uuid of 16 bytes as its text', () => {
    const schema = { type: 'fixed', name: 'U', size: 16, logicalType: 'uuid' };
    const bytes = Uint8Array.from({ length: 16 }, (_, index) => index);
    expect(decode(schema, bytes)).toBe('00010203-0405-0607-0809-0a0b0c0d0e0f');
  });

  it('reads decimals with the digits of their scale', () => {
    const schema = { type: 'bytes', logicalType: 'decimal', precision: 6, scale: 3 };
    const read = (...bytes: number[]) => decode(schema, Uint8Array.of(bytes.length * 2, ...bytes));
    expect(read(0)).toEqual({ decimal: '0.000' });
    expect(read(0xff)).toEqual({ decimal: '-0.001' });
    expect(read(0x30, 0x39)).toEqual({ decimal: '12.345' });
    expect(errorOf(() => read()).message).toContain('decimal of 0 bytes');
  });
});
