/**
 * An Avro schema as a graph: names are resolved, so a recursive record is a cycle, and two nodes are one type
 * exactly when they are the same object.
 */
import type { Json } from '../exact-json.ts';

export const primitiveKinds = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const;
export type PrimitiveKind = (typeof primitiveKinds)[number];

/** Attributes that Avro gives no meaning of its own to, `logicalType` among them. */
export type AvroProperties = readonly (readonly [name: string, value: Json])[];

export interface AvroPrimitive {
  readonly kind: PrimitiveKind;
  readonly properties: AvroProperties;
}

export interface AvroArray {
  readonly kind: 'array';
  readonly items: AvroNode;
  readonly properties: AvroProperties;
}

export interface AvroMap {
  readonly kind: 'map';
  readonly values: AvroNode;
  readonly properties: AvroProperties;
}

export interface AvroUnion {
  readonly kind: 'union';
  readonly branches: readonly AvroNode[];
}

interface AvroNamedBase {
  /** With its namespace, joined by dots. */
  readonly name: string;
  /** With their namespaces. */
  readonly aliases: readonly string[];
  readonly doc: string | undefined;
  readonly properties: AvroProperties;
}

export interface AvroField {
  readonly name: string;
  readonly type: AvroNode;
  readonly doc: string | undefined;
  /** `undefined` when there is none; a default of null is `null`. */
  readonly default: Json | undefined;
  readonly order: 'ascending' | 'descending' | 'ignore';
  readonly aliases: readonly string[];
  readonly properties: AvroProperties;
}

export interface AvroRecord extends AvroNamedBase {
  readonly kind: 'record';
  /** Declared as `error`, the form protocols use for what they throw. */
  readonly isError: boolean;
  readonly fields: readonly AvroField[];
}

export interface AvroEnum extends AvroNamedBase {
  readonly kind: 'enum';
  readonly symbols: readonly string[];
  readonly default: string | undefined;
}

export interface AvroFixed extends AvroNamedBase {
  readonly kind: 'fixed';
  readonly size: number;
}

export type AvroNamed = AvroRecord | AvroEnum | AvroFixed;
export type AvroNode = AvroPrimitive | AvroArray | AvroMap | AvroUnion | AvroNamed;

export interface AvroSchema {
  readonly root: AvroNode;
  /** Full names that a referenced schema declares: written as names, not spelled out. */
  readonly external: ReadonlySet<string>;
}

export function isNamed(node: AvroNode): node is AvroNamed {
  return node.kind === 'record' || node.kind === 'enum' || node.kind === 'fixed';
}

export function namespaceOf(fullName: string): string {
  const dot = fullName.lastIndexOf('.');
  return dot < 0 ? '' : fullName.slice(0, dot);
}

export function simpleName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf('.') + 1);
}

/** The name as it is meant inside a namespace: a name with a dot is full already. */
export function qualify(name: string, namespace: string): string {
  if (name.includes('.')) return name.startsWith('.') ? name.slice(1) : name;
  return namespace === '' ? name : `${namespace}.${name}`;
}
