/**
 * Avro's schema language, read as strictly as Avro's own Java parser reads it: what passes here is accepted by a real registry.
 */
import { isJsonObject, isRawNumber, type Json, type JsonObject, parseExactJson } from '../exact-json.ts';
import { invalidDefault } from './default.ts';
import {
  type AvroEnum,
  type AvroField,
  type AvroNamed,
  type AvroNode,
  type AvroProperties,
  type AvroRecord,
  type AvroSchema,
  isNamed,
  namespaceOf,
  type PrimitiveKind,
  primitiveKinds,
  qualify,
} from './schema.ts';

/** The text is no Avro schema; the message says where and why. */
export class AvroSyntaxError extends Error {
  override readonly name = 'AvroSyntaxError';
}

export interface ParseOptions {
  /** Texts of the referenced schemas, a schema after those it names itself. */
  readonly references?: Iterable<string>;
  /** Refuse a default that its type can't hold, as a registry does for a new schema. */
  readonly validateDefaults?: boolean;
}

const maxDepth = 500;
const namePattern = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const primitives: ReadonlySet<string> = new Set(primitiveKinds);

interface Scope {
  readonly names: Map<string, AvroNamed>;
  readonly validateDefaults: boolean;
  readonly pendingDefaults: { readonly record: string; readonly field: AvroField }[];
}

export function parseAvro(text: string, options: ParseOptions = {}): AvroSchema {
  const names = new Map<string, AvroNamed>();
  const lenient: Scope = { names, validateDefaults: false, pendingDefaults: [] };
  for (const reference of new Set(options.references)) readNode(parseText(reference), lenient, '', 0);
  const external = new Set(names.keys());
  const scope: Scope = { names, validateDefaults: options.validateDefaults ?? false, pendingDefaults: [] };
  const root = readNode(parseText(text), scope, '', 0);
  for (const { record, field } of scope.pendingDefaults) {
    const reason = invalidDefault(field.type, field.default as Json);
    if (reason !== undefined) throw new AvroSyntaxError(`Invalid default for field ${record}.${field.name}: ${reason}`);
  }
  return { root, external };
}

function parseText(text: string): Json {
  try {
    return parseExactJson(text);
  } catch (error) {
    throw new AvroSyntaxError(error instanceof SyntaxError ? error.message : 'the schema nests too deep');
  }
}

function readNode(json: Json | undefined, scope: Scope, namespace: string, depth: number): AvroNode {
  if (depth > maxDepth) throw new AvroSyntaxError(`the schema nests deeper than ${maxDepth} levels`);
  if (typeof json === 'string') return readName(json, scope, namespace, []);
  if (Array.isArray(json)) return readUnion(json, scope, namespace, depth);
  if (!isJsonObject(json)) throw new AvroSyntaxError(`no type: ${shown(json)}`);
  const type = json.type;
  if (typeof type !== 'string') throw new AvroSyntaxError(`no type: ${shown(json)}`);
  switch (type) {
    case 'record':
    case 'error':
      return readRecord(json, scope, namespace, depth);
    case 'enum':
      return readEnum(json, scope, namespace);
    case 'fixed':
      return readFixed(json, scope, namespace);
    case 'array':
      if (json.items === undefined) throw new AvroSyntaxError(`array has no items type: ${shown(json)}`);
      return {
        kind: 'array',
        items: readNode(json.items, scope, namespace, depth + 1),
        properties: rest(json, ['type', 'items']),
      };
    case 'map':
      if (json.values === undefined) throw new AvroSyntaxError(`map has no values type: ${shown(json)}`);
      return {
        kind: 'map',
        values: readNode(json.values, scope, namespace, depth + 1),
        properties: rest(json, ['type', 'values']),
      };
    default:
      return readName(type, scope, namespace, rest(json, ['type']));
  }
}

function readName(name: string, scope: Scope, namespace: string, properties: AvroProperties): AvroNode {
  if (primitives.has(name)) return { kind: name as PrimitiveKind, properties };
  const found = scope.names.get(qualify(name, namespace)) ?? scope.names.get(name);
  if (found === undefined) throw new AvroSyntaxError(`"${name}" is not a defined name`);
  return found;
}

function readUnion(json: readonly Json[], scope: Scope, namespace: string, depth: number): AvroNode {
  const branches: AvroNode[] = [];
  const seen = new Set<string>();
  for (const item of json) {
    const branch = readNode(item, scope, namespace, depth + 1);
    if (branch.kind === 'union') throw new AvroSyntaxError(`nested union: ${shown(json)}`);
    const key = isNamed(branch) ? branch.name : branch.kind;
    if (seen.has(key)) throw new AvroSyntaxError(`duplicate in union: ${key}`);
    seen.add(key);
    branches.push(branch);
  }
  return { kind: 'union', branches };
}

interface Declared {
  readonly name: string;
  readonly namespace: string;
  readonly aliases: readonly string[];
  readonly doc: string | undefined;
}

function readDeclaration(json: JsonObject, scope: Scope, enclosing: string): Declared {
  const given = json.name;
  if (typeof given !== 'string' || given === '') throw new AvroSyntaxError(`no name in schema: ${shown(json)}`);
  const own = typeof json.namespace === 'string' ? json.namespace : enclosing;
  const name = qualify(given, own);
  for (const part of name.split('.')) checkName(part);
  if (primitives.has(name)) throw new AvroSyntaxError(`schemas may not be named after primitives: ${name}`);
  if (scope.names.has(name)) throw new AvroSyntaxError(`can't redefine: ${name}`);
  const namespace = namespaceOf(name);
  const aliases = strings(json.aliases, `aliases of ${name}`).map((alias) => qualify(alias, namespace));
  return { name, namespace, aliases, doc: typeof json.doc === 'string' ? json.doc : undefined };
}

function readRecord(json: JsonObject, scope: Scope, enclosing: string, depth: number): AvroRecord {
  const { namespace, ...declared } = readDeclaration(json, scope, enclosing);
  if (!Array.isArray(json.fields)) throw new AvroSyntaxError(`record has no fields: ${declared.name}`);
  const fields: AvroField[] = [];
  const record: AvroRecord = {
    kind: 'record',
    ...declared,
    isError: json.type === 'error',
    fields,
    properties: rest(json, ['type', 'name', 'namespace', 'doc', 'fields', 'aliases']),
  };
  scope.names.set(record.name, record);
  const taken = new Set<string>();
  for (const item of json.fields as readonly Json[]) {
    const field = readField(item, record.name, scope, namespace, depth);
    if (taken.has(field.name)) throw new AvroSyntaxError(`duplicate field ${field.name} in record ${record.name}`);
    taken.add(field.name);
    fields.push(field);
    if (scope.validateDefaults && field.default !== undefined) {
      scope.pendingDefaults.push({ record: record.name, field });
    }
  }
  return record;
}

function readField(json: Json, record: string, scope: Scope, namespace: string, depth: number): AvroField {
  if (!isJsonObject(json)) throw new AvroSyntaxError(`a field of ${record} is not an object: ${shown(json)}`);
  const name = json.name;
  if (typeof name !== 'string') throw new AvroSyntaxError(`a field of ${record} has no name`);
  checkName(name);
  if (json.type === undefined) throw new AvroSyntaxError(`field ${record}.${name} has no type`);
  const order = json.order ?? 'ascending';
  if (order !== 'ascending' && order !== 'descending' && order !== 'ignore') {
    throw new AvroSyntaxError(`field ${record}.${name} has an unknown order: ${shown(order)}`);
  }
  return {
    name,
    type: readNode(json.type, scope, namespace, depth + 1),
    doc: typeof json.doc === 'string' ? json.doc : undefined,
    default: json.default,
    order,
    aliases: strings(json.aliases, `aliases of ${record}.${name}`),
    properties: rest(json, ['name', 'type', 'doc', 'default', 'order', 'aliases']),
  };
}

function readEnum(json: JsonObject, scope: Scope, enclosing: string): AvroEnum {
  const { namespace: _, ...declared } = readDeclaration(json, scope, enclosing);
  if (!Array.isArray(json.symbols)) throw new AvroSyntaxError(`enum has no symbols: ${declared.name}`);
  const symbols = strings(json.symbols, `symbols of ${declared.name}`);
  for (const symbol of symbols) checkName(symbol);
  const twice = symbols.find((symbol, index) => symbols.indexOf(symbol) !== index);
  if (twice !== undefined) throw new AvroSyntaxError(`duplicate enum symbol in ${declared.name}: ${twice}`);
  const fallback = typeof json.default === 'string' ? json.default : undefined;
  if (fallback !== undefined && !symbols.includes(fallback)) {
    throw new AvroSyntaxError(`the enum default ${fallback} is not among the symbols of ${declared.name}`);
  }
  const properties = rest(json, ['type', 'name', 'namespace', 'doc', 'symbols', 'default', 'aliases']);
  const node: AvroEnum = { kind: 'enum', ...declared, symbols, default: fallback, properties };
  scope.names.set(node.name, node);
  return node;
}

function readFixed(json: JsonObject, scope: Scope, enclosing: string): AvroNode {
  const { namespace: _, ...declared } = readDeclaration(json, scope, enclosing);
  const size = json.size;
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 0) {
    throw new AvroSyntaxError(`invalid or no size: ${declared.name}`);
  }
  const properties = rest(json, ['type', 'name', 'namespace', 'doc', 'size', 'aliases']);
  const node: AvroNode = { kind: 'fixed', ...declared, size, properties };
  scope.names.set(node.name, node);
  return node;
}

function checkName(name: string): void {
  if (!namePattern.test(name)) throw new AvroSyntaxError(`illegal name: "${name}"`);
}

function strings(json: Json | undefined, what: string): readonly string[] {
  if (json === undefined) return [];
  if (!Array.isArray(json) || json.some((item) => typeof item !== 'string')) {
    throw new AvroSyntaxError(`${what} are not a list of strings: ${shown(json)}`);
  }
  return json as readonly string[];
}

function rest(json: JsonObject, known: readonly string[]): AvroProperties {
  return Object.entries(json).filter(([name]) => !known.includes(name));
}

function shown(json: Json | undefined): string {
  if (json === undefined) return 'nothing';
  const text = isRawNumber(json) ? json.rawJSON : JSON.stringify(json);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
