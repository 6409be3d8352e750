/**
 * Which written types can go into which columns: Avro's promotions, seen from the column's side.
 *
 * Logical types must agree in meaning, which Avro itself does not ask for: microseconds read as milliseconds are a wrong
 * time, silently. Milliseconds into a column of microseconds are multiplied; the other way would lose digits and is refused.
 */
import type { ColumnType } from '#core/columns/type.ts';
import { type AvroNode, type LogicalType, logicalOf } from './schema.ts';

/** How the generated code fills the column; `undefined` where the type can't go there. */
export type Conversion =
  | 'bool'
  | 'int-int32'
  | 'int-int64'
  | 'int-float'
  | 'long-int64'
  | 'long-float'
  | 'float-float32'
  | 'float-float64'
  | 'double-float64'
  | 'copy-length'
  | 'copy-uuid'
  | 'copy-fixed'
  | 'enum'
  | 'uuid-fixed'
  | 'decimal'
  | 'millis-micros'
  | 'json';

/** `node` is no union. */
export function conversionOf(node: AvroNode, type: ColumnType): Conversion | undefined {
  const logical = logicalOf(node);
  switch (type.kind) {
    case 'json':
      return 'json';
    case 'bool':
      return node.kind === 'boolean' ? 'bool' : undefined;
    case 'int32':
      return node.kind === 'int' ? 'int-int32' : undefined;
    case 'date':
      return node.kind === 'int' && (logical === undefined || logical.kind === 'date') ? 'int-int32' : undefined;
    case 'int64':
      return toInt64(node);
    case 'time':
    case 'timestamp':
      return toTime(node, logical, type);
    case 'float32':
      return toFloat32(node);
    case 'float64':
      return node.kind === 'double' ? 'double-float64' : node.kind === 'float' ? 'float-float64' : toFloat32(node);
    case 'utf8':
    case 'uuid':
      return toText(node, logical, type.kind);
    case 'binary':
      if (node.kind === 'fixed') return 'copy-fixed';
      return node.kind === 'bytes' || node.kind === 'string' ? 'copy-length' : undefined;
    case 'decimal':
      return logical?.kind === 'decimal' && logical.scale === type.scale ? 'decimal' : undefined;
  }
}

function toInt64(node: AvroNode): Conversion | undefined {
  if (node.kind === 'int') return 'int-int64';
  return node.kind === 'long' ? 'long-int64' : undefined;
}

type TimeType = Extract<ColumnType, { kind: 'time' | 'timestamp' }>;

function toTime(node: AvroNode, logical: LogicalType | undefined, type: TimeType): Conversion | undefined {
  if (logical === undefined) return toInt64(node);
  if (logical.kind !== type.kind) return undefined;
  if (logical.unit === type.unit) return toInt64(node);
  return logical.unit === 'ms' ? 'millis-micros' : undefined;
}

function toFloat32(node: AvroNode): Conversion | undefined {
  if (node.kind === 'int') return 'int-float';
  if (node.kind === 'long') return 'long-float';
  return node.kind === 'float' ? 'float-float32' : undefined;
}

function toText(node: AvroNode, logical: LogicalType | undefined, kind: 'utf8' | 'uuid'): Conversion | undefined {
  if (node.kind === 'fixed' && logical?.kind === 'uuid') return 'uuid-fixed';
  if (node.kind === 'string' || (node.kind === 'bytes' && logical === undefined)) {
    return kind === 'uuid' ? 'copy-uuid' : 'copy-length';
  }
  return node.kind === 'enum' && kind === 'utf8' ? 'enum' : undefined;
}
