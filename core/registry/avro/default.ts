/** Whether a default is a value of its type, by the JSON encoding that Avro gives defaults. */
import { isJsonObject, isRawNumber, type Json } from '../exact-json.ts';
import type { AvroNode } from './schema.ts';

const intMax = 2n ** 31n - 1n;
const longMax = 2n ** 63n - 1n;

/** Why the value is none of the type, or `undefined` when it is one. */
export function invalidDefault(type: AvroNode, value: Json): string | undefined {
  const ok = isDefault(type, value, 0);
  return ok ? undefined : `${JSON.stringify(value)} is no ${type.kind}`;
}

/** A default of a recursive record may stand for itself without end. */
const maxDepth = 500;

function isDefault(type: AvroNode, value: Json, depth: number): boolean {
  if (depth > maxDepth) return false;
  switch (type.kind) {
    case 'null':
      return value === null;
    case 'boolean':
      return typeof value === 'boolean';
    case 'int':
      return isInteger(value, intMax);
    case 'long':
      return isInteger(value, longMax);
    case 'float':
    case 'double':
      // Java writes what JSON has no number for as a string: "NaN", "Infinity".
      return typeof value === 'number' || isRawNumber(value) || /^(NaN|[+-]?Infinity)$/.test(String(value));
    case 'bytes':
    case 'string':
    case 'enum':
    case 'fixed':
      return typeof value === 'string';
    case 'array':
      return Array.isArray(value) && value.every((item) => isDefault(type.items, item, depth + 1));
    case 'map':
      return isJsonObject(value) && Object.values(value).every((item) => isDefault(type.values, item, depth + 1));
    case 'union':
      // Since 1.12 any branch will do; before, only the first.
      return type.branches.some((branch) => isDefault(branch, value, depth + 1));
    case 'record':
      return (
        isJsonObject(value) &&
        type.fields.every((field) => {
          const given = Object.hasOwn(value, field.name) ? value[field.name] : field.default;
          return given !== undefined && isDefault(field.type, given, depth + 1);
        })
      );
  }
}

function isInteger(value: Json, max: bigint): boolean {
  const text = isRawNumber(value) ? value.rawJSON : typeof value === 'number' ? String(value) : '';
  if (!/^-?\d+$/.test(text)) return false;
  const integer = BigInt(text);
  return integer <= max && integer >= -max - 1n;
}
