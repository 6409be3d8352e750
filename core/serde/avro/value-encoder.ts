/**
 * A `Value` as Avro bytes, by a schema: what a person typed as JSON becomes a record again.
 *
 * It takes what `value-decoder.ts` gives and what its JSON says: bytes and fixed as `0x…`, a decimal as a number, NaN and
 * the infinities as text, a union as the value of its first branch that fits, or `{ "branch": value }` to choose one. A field
 * that is left out takes the schema's default; one that the schema does not have is refused, since it would be lost.
 */
import { WorkbenchError } from '#core/contract/errors.ts';
import type { Value } from '#core/contract/value.ts';
import { ByteWriter } from './byte-writer.ts';
import { decimalBytes } from './decimal.ts';
import { Malformed } from './decode-error.ts';
import { defaultValue } from './default-value.ts';
import { type AvroNode, type AvroRecord, logicalOf, nodeName } from './schema.ts';

/** Throws `INVALID_INPUT` that names the field and why its value does not fit. */
export function encodeAvro(schema: AvroNode, value: Value): Uint8Array {
  const writer = new ByteWriter();
  try {
    write(writer, schema, value);
  } catch (error) {
    throw error instanceof Malformed ? unfit(error, error.path) : error;
  }
  return writer.written;
}

function unfit(error: Malformed, path: string): WorkbenchError {
  return new WorkbenchError('INVALID_INPUT', path === '' ? error.message : `field ${path}: ${error.message}`, {
    object: path === '' ? undefined : path,
    nextStep: 'Correct the value so that it fits the schema.',
    cause: error,
  });
}

function write(writer: ByteWriter, node: AvroNode, value: Value): void {
  switch (node.kind) {
    case 'null':
      if (value !== null) throw misfit(node, value);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') throw misfit(node, value);
      writer.byte(value ? 1 : 0);
      return;
    case 'int':
      writer.long(integer(node, value, 32));
      return;
    case 'long':
      writer.long(integer(node, value, 64));
      return;
    case 'float':
      writer.float(floating(node, value));
      return;
    case 'double':
      writer.double(floating(node, value));
      return;
    case 'string':
      if (typeof value !== 'string') throw misfit(node, value);
      writer.text(value);
      return;
    case 'bytes':
      writer.bytes(bytesOf(node, value));
      return;
    case 'fixed':
      writer.raw(bytesOf(node, value, node.size));
      return;
    case 'enum':
      writer.long(symbolIndex(node.symbols, node, value));
      return;
    case 'array':
      writeItems(writer, node.items, listOf(node, value));
      return;
    case 'map':
      writeEntries(writer, node.values, recordOf(node, value));
      return;
    case 'record':
      writeRecord(writer, node, recordOf(node, value));
      return;
    case 'union':
      writeUnion(writer, node.branches, value);
  }
}

function writeItems(writer: ByteWriter, items: AvroNode, list: readonly Value[]): void {
  if (list.length > 0) writer.long(BigInt(list.length));
  for (const [index, item] of list.entries()) within(`[${index}]`, () => write(writer, items, item));
  writer.long(0n);
}

function writeEntries(writer: ByteWriter, values: AvroNode, entries: { readonly [name: string]: Value }): void {
  const all = Object.entries(entries);
  if (all.length > 0) writer.long(BigInt(all.length));
  for (const [name, item] of all) {
    writer.text(name);
    within(name, () => write(writer, values, item));
  }
  writer.long(0n);
}

function writeRecord(writer: ByteWriter, node: AvroRecord, given: { readonly [name: string]: Value }): void {
  const unknown = Object.keys(given).filter((name) => !node.fields.some((field) => field.name === name));
  if (unknown.length > 0) throw new Malformed(`${nodeName(node)} has no field ${unknown.join(', ')}`);
  for (const field of node.fields) {
    within(field.name, () => {
      if (Object.hasOwn(given, field.name)) write(writer, field.type, given[field.name]!);
      else if (field.default !== undefined) write(writer, field.type, defaultValue(field.type, field.default));
      else throw new Malformed('it is missing, and the schema gives it no default');
    });
  }
}

function writeUnion(writer: ByteWriter, branches: readonly AvroNode[], value: Value): void {
  const named = namedBranch(branches, value);
  const index = named?.index ?? branches.findIndex((branch) => fits(branch, value));
  if (index < 0) throw new Malformed(`${shown(value)} fits none of ${branches.map(nodeName).join(', ')}`);
  writer.long(BigInt(index));
  write(writer, branches[index]!, named === undefined ? value : named.value);
}

/** Avro's own JSON form: `{ "string": "x" }`. A record or map that has such a field itself is not meant by it. */
function namedBranch(branches: readonly AvroNode[], value: Value): { index: number; value: Value } | undefined {
  if (!isRecord(value) || branches.some((branch) => fits(branch, value))) return undefined;
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0) return undefined;
  const index = branches.findIndex((branch) => ('name' in branch ? branch.name : branch.kind) === name);
  return index < 0 ? undefined : { index, value: value[name]! };
}

function fits(node: AvroNode, value: Value): boolean {
  try {
    write(new ByteWriter(), node, value);
    return true;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

function integer(node: AvroNode, value: Value, bits: 32 | 64): bigint {
  const isWhole = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
  if (!isWhole || Object.is(value, -0)) throw misfit(node, value);
  const whole = BigInt(value);
  if (BigInt.asIntN(bits, whole) !== whole) throw new Malformed(`${whole} is beyond the range of ${node.kind}`);
  return whole;
}

const unusual: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

function floating(node: AvroNode, value: Value): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (isDecimal(value)) return Number(value.decimal);
  const special = typeof value === 'string' ? unusual[value] : undefined;
  if (special === undefined) throw misfit(node, value);
  return special;
}

const uuidPattern = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

function bytesOf(node: AvroNode, value: Value, size?: number): Uint8Array {
  const logical = logicalOf(node);
  if (logical?.kind === 'decimal' && !(value instanceof Uint8Array)) {
    const text = isDecimal(value)
      ? value.decimal
      : typeof value === 'number' || typeof value === 'bigint'
        ? String(value)
        : '';
    const bytes = decimalBytes(text, logical.scale, size);
    if (bytes === undefined)
      throw new Malformed(`${shown(value)} is no decimal with ${logical.scale} digits after the point`);
    return bytes;
  }
  const bytes = value instanceof Uint8Array ? value : fromText(value, logical?.kind === 'uuid');
  if (bytes === undefined) throw misfit(node, value);
  if (size !== undefined && bytes.length !== size)
    throw new Malformed(`${bytes.length} bytes where ${size} are wanted`);
  return bytes;
}

function fromText(value: Value, isUuid: boolean): Uint8Array | undefined {
  if (typeof value !== 'string') return undefined;
  if (isUuid && uuidPattern.test(value)) return Buffer.from(value.replaceAll('-', ''), 'hex');
  return /^0x([0-9a-f]{2})*$/i.test(value) ? Buffer.from(value.slice(2), 'hex') : undefined;
}

function symbolIndex(symbols: readonly string[], node: AvroNode, value: Value): bigint {
  const index = typeof value === 'string' ? symbols.indexOf(value) : -1;
  if (index < 0) throw new Malformed(`${shown(value)} is no symbol of ${nodeName(node)}: ${symbols.join(', ')}`);
  return BigInt(index);
}

function listOf(node: AvroNode, value: Value): readonly Value[] {
  if (!Array.isArray(value)) throw misfit(node, value);
  return value;
}

function recordOf(node: AvroNode, value: Value): { readonly [name: string]: Value } {
  if (!isRecord(value)) throw misfit(node, value);
  return value;
}

function isRecord(value: Value): value is { readonly [name: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function isDecimal(value: Value): value is { readonly decimal: string } {
  return isRecord(value) && typeof value.decimal === 'string' && Object.keys(value).length === 1;
}

function misfit(node: AvroNode, value: Value): Malformed {
  return new Malformed(`${shown(value)} is no ${nodeName(node)}`);
}

function shown(value: Value): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return 'a list';
  if (isDecimal(value)) return value.decimal;
  if (isRecord(value)) return 'an object';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value);
}

function within(segment: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw error instanceof Malformed ? error.within(segment) : error;
  }
}
