/** For tests: random schemas with random values, in avsc's form (the oracle that encodes them) and as the `Value` they must become. */
import avsc from 'avsc';
import fc from 'fast-check';
import type { Value } from '#core/contract/value.ts';
import { withPoint } from './decimal.ts';

export interface Sample {
  readonly schema: unknown;
  /** What avsc encodes. */
  readonly raw: unknown;
  readonly value: Value;
}

/** avsc rounds int64 unless told how to hold them. */
const longType = avsc.types.LongType.__with({
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

export function oracle(schema: unknown): avsc.Type {
  // avsc takes the type of the registry only for a long that is written as its bare name.
  const plain = JSON.parse(JSON.stringify(schema), (_key, inner) =>
    inner?.type === 'long' && inner.logicalType ? 'long' : inner,
  );
  return avsc.Type.forSchema(plain as avsc.Schema, { registry: { long: longType }, wrapUnions: true });
}

/** The kind of every node, before it has names. */
type Shape =
  | { readonly kind: 'leaf'; readonly leaf: number }
  | { readonly kind: 'array' | 'map'; readonly inner: Shape }
  | { readonly kind: 'union' | 'record'; readonly inner: readonly Shape[] }
  | { readonly kind: 'nullable'; readonly inner: Shape; readonly nullFirst: boolean };

interface Node {
  readonly schema: unknown;
  /** Under which name avsc wraps a value in a union. */
  readonly branch: string;
  readonly values: fc.Arbitrary<{ readonly raw: unknown; readonly value: Value }>;
}

type MakeLeaf = (name: string) => Node;

function same<T extends Value>(arbitrary: fc.Arbitrary<T>): Node['values'] {
  return arbitrary.map((value) => ({ raw: value, value }));
}

function primitive(type: string, values: Node['values'], logicalType?: string): MakeLeaf {
  return () => ({ schema: logicalType === undefined ? type : { type, logicalType }, branch: type, values });
}

const longs = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)),
);
const bytes = fc
  .uint8Array({ maxLength: 80 })
  .map((value) => ({ raw: Buffer.from(value), value: new Uint8Array(value) }));
const symbols = ['LOW', 'HIGH', 'NONE'];

const leaves: readonly MakeLeaf[] = [
  primitive('null', same(fc.constant(null))),
  primitive('boolean', same(fc.boolean())),
  primitive('int', same(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }))),
  primitive('long', same(longs)),
  primitive('float', same(fc.float())),
  primitive('double', same(fc.double())),
  primitive('string', same(fc.string({ unit: 'grapheme', maxLength: 70 }))),
  primitive('bytes', bytes),
  primitive('int', same(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })), 'date'),
  primitive('long', same(longs), 'timestamp-micros'),
  primitive('string', same(fc.uuid()), 'uuid'),
  (name) => ({ schema: { type: 'enum', name, symbols }, branch: name, values: same(fc.constantFrom(...symbols)) }),
  (name) => ({
    schema: { type: 'fixed', name, size: 5 },
    branch: name,
    values: fc
      .uint8Array({ minLength: 5, maxLength: 5 })
      .map((value) => ({ raw: Buffer.from(value), value: new Uint8Array(value) })),
  }),
  () => ({
    schema: { type: 'bytes', logicalType: 'decimal', precision: 60, scale: 7 },
    branch: 'bytes',
    values: decimals,
  }),
];

const decimals = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map((unscaled) => ({
  raw: twosComplement(unscaled),
  value: { decimal: withPoint(unscaled.toString(), 7) },
}));

function twosComplement(value: bigint): Buffer {
  let size = 1;
  while (BigInt.asIntN(size * 8, value) !== value) size++;
  return Buffer.from(
    BigInt.asUintN(size * 8, value)
      .toString(16)
      .padStart(size * 2, '0'),
    'hex',
  );
}

const { shape } = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('leaf' as const), leaf: fc.nat(leaves.length - 1) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('nullable' as const), inner: tie('shape'), nullFirst: fc.boolean() }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom('array' as const, 'map' as const), inner: tie('shape') }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('union' as const, 'record' as const),
        inner: fc.array(tie('shape'), { maxLength: 5 }),
      }),
    },
  ),
}));

function build(shape: Shape, name: string): Node {
  switch (shape.kind) {
    case 'leaf':
      return leaves[shape.leaf]!(name);
    case 'array':
      return buildArray(build(shape.inner, `${name}_i`));
    case 'map':
      return buildMap(build(shape.inner, `${name}_v`));
    case 'nullable': {
      const nothing = leaves[0]!('');
      const inner = build(shape.inner, `${name}_n`);
      return buildUnion(shape.nullFirst ? [nothing, inner] : [inner, nothing]);
    }
    case 'union':
      return buildUnion(shape.inner.map((inner, index) => build(inner, `${name}_${index}`)));
    case 'record':
      return buildRecord(
        shape.inner.map((inner, index) => build(inner, `${name}_${index}`)),
        name,
      );
  }
}

function buildArray(items: Node): Node {
  const values = fc.array(items.values, { maxLength: 6 }).map((all) => ({
    raw: all.map(({ raw }) => raw),
    value: all.map(({ value }) => value),
  }));
  return { schema: { type: 'array', items: items.schema }, branch: 'array', values };
}

function buildMap(inner: Node): Node {
  const entries = fc.array(
    fc.tuple(
      fc.string({ maxLength: 8 }).map((key) => `k${key}`),
      inner.values,
    ),
    { maxLength: 6 },
  );
  const values = entries.map((all) => ({
    raw: Object.fromEntries(all.map(([key, { raw }]) => [key, raw])),
    value: Object.fromEntries(all.map(([key, { value }]) => [key, value])),
  }));
  return { schema: { type: 'map', values: inner.schema }, branch: 'map', values };
}

/** Branches that Avro refuses beside another are left out: a union in a union, a second of one type. */
function buildUnion(all: readonly Node[]): Node {
  const branches: Node[] = [];
  for (const node of all) {
    const taken = Array.isArray(node.schema) || branches.some((other) => other.branch === node.branch);
    if (!taken) branches.push(node);
  }
  if (branches.length === 0) return leaves[2]!('');
  const values = fc.oneof(
    ...branches.map(({ branch, values }) =>
      values.map(({ raw, value }) => ({ raw: branch === 'null' ? null : { [branch]: raw }, value })),
    ),
  );
  return { schema: branches.map((branch) => branch.schema), branch: 'union', values };
}

function buildRecord(fields: readonly Node[], name: string): Node {
  const values = fc.tuple(...fields.map((field) => field.values)).map((all) => ({
    raw: Object.fromEntries(all.map(({ raw }, index) => [`f${index}`, raw])),
    value: Object.fromEntries(all.map(({ value }, index) => [`f${index}`, value])),
  }));
  const schema = {
    type: 'record',
    name,
    fields: fields.map((field, index) => ({ name: `f${index}`, type: field.schema })),
  };
  return { schema, branch: name, values };
}

function samplesOf(node: Node): fc.Arbitrary<Sample> {
  return node.values.map(({ raw, value }) => ({ schema: node.schema, raw, value }));
}

/** Any schema with a value of it. */
export const samples = shape.chain((top) => samplesOf(build(top, 'T')));

/** Some so wide that a generated decoder is more than one function. */
const fieldShapes = fc.oneof(
  { weight: 4, arbitrary: fc.array(shape, { maxLength: 10 }) },
  { weight: 1, arbitrary: fc.array(shape, { minLength: 30, maxLength: 70 }) },
);

/** A schema whose top is a record, as topics have, with several values of it. */
export const recordSamples = fieldShapes.chain((inner) => {
  const node = build({ kind: 'record', inner }, 'T');
  const rows = fc.array(node.values, { minLength: 1, maxLength: 12 });
  return rows.map((all) => ({ schema: node.schema, rows: all }));
});
