/**
 * The columns that an Avro schema becomes, one for each top-level field.
 *
 * | Avro | column |
 * |---|---|
 * | boolean, int, long, float, double | bool, int32, int64, float32, float64 |
 * | string, enum | utf8 |
 * | bytes, fixed, duration | binary |
 * | decimal, uuid, date, time-*, timestamp-*, local-timestamp-* | decimal, uuid, date, time, timestamp (local: not utc) |
 * | `["null", T]` in either order | T, nullable |
 * | record, array, map, any other union, null | json: the value's exact text (`json-text.ts`) |
 */
import type { ColumnType, Field } from '#core/columns/type.ts';
import { type AvroNode, logicalOf, topLevelFields } from './schema.ts';

export function columnFields(schema: AvroNode): readonly Field[] {
  return topLevelFields(schema).map(({ name, type }) => {
    const { inner, nullable } = withoutNull(type);
    return { name, type: columnType(inner), nullable };
  });
}

/** The one type that is left when null is taken from a union; a union of several stays one. */
export function withoutNull(node: AvroNode): { readonly inner: AvroNode; readonly nullable: boolean } {
  if (node.kind !== 'union') return { inner: node, nullable: node.kind === 'null' };
  const others = node.branches.filter((branch) => branch.kind !== 'null');
  const nullable = others.length < node.branches.length;
  return { inner: others.length === 1 ? others[0]! : node, nullable };
}

function columnType(node: AvroNode): ColumnType {
  const logical = logicalOf(node);
  if (logical !== undefined && logical.kind !== 'duration') return logical as ColumnType;
  switch (node.kind) {
    case 'boolean':
      return { kind: 'bool' };
    case 'int':
      return { kind: 'int32' };
    case 'long':
      return { kind: 'int64' };
    case 'float':
      return { kind: 'float32' };
    case 'double':
      return { kind: 'float64' };
    case 'string':
    case 'enum':
      return { kind: 'utf8' };
    case 'bytes':
    case 'fixed':
      return { kind: 'binary' };
    default:
      return { kind: 'json' };
  }
}
