/** A default of the reader's schema, in Avro's JSON encoding (bytes as Latin-1 text, a union's first fitting branch), as a `Value`. */
import type { Value } from '#core/contract/value.ts';
import { isJsonObject, isRawNumber, type Json } from '#core/registry/exact-json.ts';
import { decimalText } from './decimal.ts';
import { uuidText } from './reader.ts';
import { type AvroNode, logicalOf } from './schema.ts';

/** `json` comes from a checked schema: what does not fit its type becomes null. */
export function defaultValue(node: AvroNode, json: Json | undefined): Value {
  switch (node.kind) {
    case 'null':
      return null;
    case 'boolean':
      return json === true;
    case 'int':
    case 'float':
    case 'double':
      return Number(numberText(json));
    case 'long':
      return BigInt(numberText(json));
    case 'string':
    case 'enum':
      return String(json);
    case 'bytes':
    case 'fixed':
      return bytesDefault(node, Buffer.from(String(json), 'latin1'));
    case 'array':
      return Array.isArray(json) ? json.map((item) => defaultValue(node.items, item)) : null;
    case 'map':
      if (!isJsonObject(json)) return null;
      return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, defaultValue(node.values, value)]));
    case 'record': {
      const given = isJsonObject(json) ? json : {};
      const entries = node.fields.map(({ name, type, default: own }) => [
        name,
        defaultValue(type, Object.hasOwn(given, name) ? given[name] : own),
      ]);
      return Object.fromEntries(entries);
    }
    case 'union': {
      const branch = node.branches.find((candidate) => looksLike(candidate, json));
      return branch === undefined ? null : defaultValue(branch, json);
    }
  }
}

function numberText(json: Json | undefined): string {
  return isRawNumber(json) ? json.rawJSON : String(json);
}

function bytesDefault(node: AvroNode, bytes: Buffer): Value {
  const logical = logicalOf(node);
  if (logical?.kind === 'decimal' && bytes.length > 0) {
    return { decimal: decimalText(bytes, 0, bytes.length, logical.scale) };
  }
  if (logical?.kind === 'uuid') return uuidText(bytes, 0);
  return new Uint8Array(bytes);
}

function looksLike(node: AvroNode, json: Json | undefined): boolean {
  switch (node.kind) {
    case 'null':
      return json === null;
    case 'boolean':
      return typeof json === 'boolean';
    case 'int':
    case 'long':
      return /^-?\d+$/.test(numberText(json)) && typeof json !== 'string';
    case 'float':
    case 'double':
      return typeof json === 'number' || isRawNumber(json);
    case 'array':
      return Array.isArray(json);
    case 'map':
    case 'record':
      return isJsonObject(json);
    case 'enum':
      return typeof json === 'string' && node.symbols.includes(json);
    default:
      return typeof json === 'string';
  }
}
