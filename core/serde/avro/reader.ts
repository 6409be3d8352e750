/**
 * A schema compiled to one function that reads a value with a `Cursor`. What the leaves become is the caller's choice:
 * `value-decoder.ts` makes `Value`s, `json-text.ts` what JSON can print.
 */
import type { Cursor } from './cursor.ts';
import { decimalText, maxDecimalBytes } from './decimal.ts';
import { Malformed } from './decode-error.ts';
import { type AvroNode, type AvroRecord, type LogicalType, logicalOf } from './schema.ts';

/** How leaves are represented where plain JavaScript values would lose something. */
export interface LeafForms<T> {
  long(low: number, high: number): T;
  floating(value: number): T;
  /** A copy: the caller may keep it. */
  bytes(value: Uint8Array): T;
  /** Exact text with all digits of the scale. */
  decimal(text: string): T;
}

export type Reader<T> = (cursor: Cursor) => T;
type Leaf = null | boolean | number | string;
type Readers<T> = Map<AvroNode, Reader<T>>;

/** `T` must be able to hold null, booleans, numbers, strings, arrays of T and objects of T. */
export function compileReader<T>(schema: AvroNode, forms: LeafForms<T>): Reader<T> {
  return compile(schema, forms, new Map());
}

function compile<T>(node: AvroNode, forms: LeafForms<T>, known: Readers<T>): Reader<T> {
  const earlier = known.get(node);
  if (earlier !== undefined) return earlier;
  if (node.kind === 'record') return compileRecord(node, forms, known);
  const made = compileOther(node, forms, known);
  known.set(node, made);
  return made;
}

function compileOther<T>(node: Exclude<AvroNode, AvroRecord>, forms: LeafForms<T>, known: Readers<T>): Reader<T> {
  switch (node.kind) {
    case 'null':
      return () => null as T & Leaf;
    case 'boolean':
      return (cursor) => cursor.boolean() as T & Leaf;
    case 'int':
      return (cursor) => cursor.int() as T & Leaf;
    case 'long':
      return (cursor) => {
        cursor.long();
        return forms.long(cursor.low, cursor.high);
      };
    case 'float':
      return (cursor) => forms.floating(cursor.float());
    case 'double':
      return (cursor) => forms.floating(cursor.double());
    case 'string':
      return (cursor) => cursor.text() as T & Leaf;
    case 'bytes':
      return bytesReader((cursor) => cursor.length(), forms, logicalOf(node));
    case 'fixed':
      return bytesReader(() => node.size, forms, logicalOf(node));
    case 'enum':
      return enumReader(node.symbols);
    case 'array':
      return arrayReader(compile(node.items, forms, known));
    case 'map':
      return mapReader(compile(node.values, forms, known));
    case 'union':
      return unionReader(node.branches.map((branch) => compile(branch, forms, known)));
  }
}

function bytesReader<T>(sizeOf: (cursor: Cursor) => number, forms: LeafForms<T>, logical?: LogicalType): Reader<T> {
  return (cursor) => {
    const size = sizeOf(cursor);
    const start = cursor.take(size);
    if (logical?.kind === 'decimal') {
      if (size === 0 || size > maxDecimalBytes) throw new Malformed(`a decimal of ${size} bytes`, start);
      return forms.decimal(decimalText(cursor.bytes, start, size, logical.scale));
    }
    if (logical?.kind === 'uuid') return uuidText(cursor.bytes, start) as T & Leaf;
    // Not `slice`: a Buffer's would be a view of the response it lies in.
    return forms.bytes(new Uint8Array(cursor.bytes.subarray(start, start + size)));
  };
}

export function uuidText(bytes: Uint8Array, start: number): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset + start, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function enumReader<T>(symbols: readonly string[]): Reader<T> {
  return (cursor) => {
    const start = cursor.position;
    const index = cursor.int();
    const symbol = symbols[index];
    if (symbol === undefined) throw new Malformed(`symbol ${index} of an enum with ${symbols.length}`, start);
    return symbol as T & Leaf;
  };
}

function unionReader<T>(branches: readonly Reader<T>[]): Reader<T> {
  return (cursor) => {
    const start = cursor.position;
    const index = cursor.count();
    const branch = branches[index];
    if (branch === undefined) throw new Malformed(`branch ${index} of a union with ${branches.length}`, start);
    return branch(cursor);
  };
}

function arrayReader<T>(item: Reader<T>): Reader<T> {
  return (cursor) => {
    const items: T[] = [];
    cursor.enter();
    for (let count = blockCount(cursor); count !== 0; count = blockCount(cursor)) {
      for (let left = count; left > 0; left--) {
        cursor.spend(1);
        items.push(readWithin(cursor, item, `[${items.length}]`));
      }
    }
    cursor.leave();
    return items as T & T[];
  };
}

function mapReader<T>(value: Reader<T>): Reader<T> {
  return (cursor) => {
    const entries: { [key: string]: T } = {};
    cursor.enter();
    for (let count = blockCount(cursor); count !== 0; count = blockCount(cursor)) {
      for (let left = count; left > 0; left--) {
        cursor.spend(1);
        const key = cursor.text();
        setOwn(entries, key, readWithin(cursor, value, key));
      }
    }
    cursor.leave();
    return entries as T & { [key: string]: T };
  };
}

/** The next block's number of items; a negative count is followed by the block's size in bytes, which is not needed here. */
function blockCount(cursor: Cursor): number {
  const count = cursor.count();
  if (count >= 0) return count;
  cursor.long();
  return -count;
}

function compileRecord<T>(node: AvroRecord, forms: LeafForms<T>, known: Readers<T>): Reader<T> {
  const names = node.fields.map((field) => field.name);
  const readers: Reader<T>[] = [];
  const reader: Reader<T> = (cursor) => {
    const record: { [name: string]: T } = {};
    cursor.enter();
    cursor.spend(names.length);
    for (let index = 0; index < names.length; index++) {
      const name = names[index]!;
      setOwn(record, name, readWithin(cursor, readers[index]!, name));
    }
    cursor.leave();
    return record as T & { [name: string]: T };
  };
  // Known before its fields are compiled: a field may be the record itself.
  known.set(node, reader);
  for (const field of node.fields) readers.push(compile(field.type, forms, known));
  return reader;
}

function readWithin<T>(cursor: Cursor, reader: Reader<T>, segment: string): T {
  try {
    return reader(cursor);
  } catch (error) {
    throw error instanceof Malformed ? error.within(segment) : error;
  }
}

/** Assigning to `__proto__` would lose the value. */
function setOwn<T>(target: { [name: string]: T }, name: string, value: T): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  else target[name] = value;
}
