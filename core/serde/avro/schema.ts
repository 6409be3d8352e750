/**
 * The Avro schema a decoder works from: the registry's checked graph, and the logical types in it that change what a value means.
 *
 * As Avro's specification wants, a logical type that is unknown, or not allowed where it stands, is ignored: the value is
 * then shown as its underlying type, and no digit is lost.
 */
import { WorkbenchError } from '#core/contract/errors.ts';
import { AvroSyntaxError, parseAvro } from '#core/registry/avro/parse.ts';
import type { AvroField, AvroNode } from '#core/registry/avro/schema.ts';
import type { DecodeContext, WireSchema } from '../formats/format.ts';

export type { AvroNode, AvroRecord } from '#core/registry/avro/schema.ts';

/** `name` says in the error which schema it is: "schema 12". */
export function readAvroSchema(source: string | WireSchema, name = 'schema'): AvroNode {
  const { schemaType, schema, resolved } =
    typeof source === 'string' ? ({ schemaType: 'AVRO', schema: source, resolved: new Map() } as const) : source;
  if (schemaType !== 'AVRO') {
    throw new WorkbenchError('DECODE_FAILED', `${name} is ${schemaType}, not Avro`, { object: name });
  }
  try {
    return parseAvro(schema, { references: resolved.values() }).root;
  } catch (error) {
    if (!(error instanceof AvroSyntaxError)) throw error;
    throw new WorkbenchError('DECODE_FAILED', `${name} is no Avro schema: ${error.message}`, {
      object: name,
      nextStep: 'Look at the schema in the registry; its text or one of its references is not valid Avro.',
      cause: error,
    });
  }
}

/** Throws as `readAvroSchema`, or what the registry says. */
export async function avroSchemaById(context: DecodeContext, id: number): Promise<AvroNode> {
  return readAvroSchema(await context.schemaById(id), `schema ${id}`);
}

export type LogicalType =
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'uuid' | 'date' | 'duration' }
  | { readonly kind: 'time'; readonly unit: 'ms' | 'us' }
  | { readonly kind: 'timestamp'; readonly unit: 'ms' | 'us'; readonly utc: boolean };

export function logicalOf(node: AvroNode): LogicalType | undefined {
  if (node.kind === 'union') return undefined;
  const name = property(node, 'logicalType');
  switch (node.kind) {
    case 'int':
      if (name === 'date') return { kind: 'date' };
      return name === 'time-millis' ? { kind: 'time', unit: 'ms' } : undefined;
    case 'long':
      return typeof name === 'string' ? logicalLongs[name] : undefined;
    case 'string':
      return name === 'uuid' ? { kind: 'uuid' } : undefined;
    case 'bytes':
      return name === 'decimal' ? decimalOf(node) : undefined;
    case 'fixed':
      if (name === 'decimal') return decimalOf(node);
      if (name === 'uuid' && node.size === 16) return { kind: 'uuid' };
      return name === 'duration' && node.size === 12 ? { kind: 'duration' } : undefined;
    default:
      return undefined;
  }
}

const logicalLongs: Readonly<Record<string, LogicalType>> = {
  'time-micros': { kind: 'time', unit: 'us' },
  'timestamp-millis': { kind: 'timestamp', unit: 'ms', utc: true },
  'timestamp-micros': { kind: 'timestamp', unit: 'us', utc: true },
  'local-timestamp-millis': { kind: 'timestamp', unit: 'ms', utc: false },
  'local-timestamp-micros': { kind: 'timestamp', unit: 'us', utc: false },
};

/** Beyond this a decimal counts as plain bytes: a schema that asks for a billion digits must not get them. */
const maxPrecision = 10_000;

function decimalOf(node: AvroNode): LogicalType | undefined {
  const precision = property(node, 'precision');
  const scale = property(node, 'scale') ?? 0;
  if (typeof precision !== 'number' || !Number.isInteger(precision)) return undefined;
  if (precision < 1 || precision > maxPrecision) return undefined;
  if (typeof scale !== 'number' || !Number.isInteger(scale) || scale < 0 || scale > precision) return undefined;
  return { kind: 'decimal', precision, scale };
}

function property(node: AvroNode, name: string): unknown {
  if (node.kind === 'union') return undefined;
  return node.properties.find(([key]) => key === name)?.[1];
}

/** The type as messages name it: `timestamp-millis` is its underlying `long` here, a union lists its branches. */
export function nodeName(node: AvroNode): string {
  switch (node.kind) {
    case 'union':
      return `union of ${node.branches.map(nodeName).join(', ')}`;
    case 'record':
    case 'enum':
    case 'fixed':
      return `${node.kind} ${node.name}`;
    default:
      return node.kind;
  }
}

/** The top-level fields: a record's own, or one field `value` for a schema that is no record. */
export function topLevelFields(node: AvroNode): readonly TopLevelField[] {
  return node.kind === 'record' ? node.fields : [{ name: 'value', type: node, default: undefined, aliases: [] }];
}

export type TopLevelField = Pick<AvroField, 'name' | 'type' | 'default' | 'aliases'>;
