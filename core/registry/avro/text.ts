/**
 * A schema as the one text that stands for it: attributes in the order of Avro's Java library, each named type spelled out
 * at its first use, no white space. Two texts of one schema give one id because this text is what is compared.
 */
import type { Json } from '../exact-json.ts';
import {
  type AvroField,
  type AvroNamed,
  type AvroNode,
  type AvroProperties,
  type AvroSchema,
  isNamed,
  namespaceOf,
  simpleName,
} from './schema.ts';

export interface TextOptions {
  /** Properties in alphabetical order: texts that differ only in their order become one. */
  readonly normalize?: boolean;
}

type Entry = [name: string, value: Json];

export function avroText(schema: AvroSchema, options: TextOptions = {}): string {
  const writer = { written: new Set(schema.external), normalize: options.normalize ?? false };
  return JSON.stringify(write(schema.root, writer, ''));
}

interface Writer {
  readonly written: Set<string>;
  readonly normalize: boolean;
}

function write(node: AvroNode, writer: Writer, namespace: string): Json {
  if (isNamed(node)) return writeNamed(node, writer, namespace);
  switch (node.kind) {
    case 'union':
      return node.branches.map((branch) => write(branch, writer, namespace));
    case 'array':
      return object([['type', 'array'], ['items', write(node.items, writer, namespace)], ...properties(node, writer)]);
    case 'map':
      return object([['type', 'map'], ['values', write(node.values, writer, namespace)], ...properties(node, writer)]);
    default:
      if (node.properties.length === 0) return node.kind;
      return object([['type', node.kind], ...properties(node, writer)]);
  }
}

function writeNamed(node: AvroNamed, writer: Writer, namespace: string): Json {
  const own = namespaceOf(node.name);
  if (writer.written.has(node.name)) return own === namespace ? simpleName(node.name) : node.name;
  writer.written.add(node.name);
  const entries: Entry[] = [
    ['type', node.kind === 'record' && node.isError ? 'error' : node.kind],
    ['name', simpleName(node.name)],
  ];
  if (own !== namespace) entries.push(['namespace', own]);
  if (node.doc !== undefined) entries.push(['doc', node.doc]);
  if (node.kind === 'record') entries.push(['fields', node.fields.map((field) => writeField(field, writer, own))]);
  if (node.kind === 'fixed') entries.push(['size', node.size]);
  if (node.kind === 'enum') {
    entries.push(['symbols', node.symbols]);
    if (node.default !== undefined) entries.push(['default', node.default]);
  }
  entries.push(...properties(node, writer));
  if (node.aliases.length > 0) {
    entries.push(['aliases', node.aliases.map((alias) => (namespaceOf(alias) === own ? simpleName(alias) : alias))]);
  }
  return object(entries);
}

function writeField(field: AvroField, writer: Writer, namespace: string): Json {
  const entries: Entry[] = [
    ['name', field.name],
    ['type', write(field.type, writer, namespace)],
  ];
  if (field.doc !== undefined) entries.push(['doc', field.doc]);
  if (field.default !== undefined) entries.push(['default', field.default]);
  if (field.order !== 'ascending') entries.push(['order', field.order]);
  if (field.aliases.length > 0) entries.push(['aliases', field.aliases]);
  return object([...entries, ...properties(field, writer)]);
}

function properties(node: { readonly properties: AvroProperties }, writer: Writer): Entry[] {
  const entries = node.properties.map(([name, value]): Entry => [name, value]);
  return writer.normalize ? entries.sort(([a], [b]) => (a < b ? -1 : 1)) : entries;
}

function object(entries: readonly Entry[]): Json {
  return Object.fromEntries(entries);
}
