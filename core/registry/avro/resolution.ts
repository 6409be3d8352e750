/**
 * Whether data written with one schema can always be read with another, by the rules of Avro's schema resolution,
 * and every reason why not, in the words of Avro's own checker.
 */
import {
  type AvroEnum,
  type AvroField,
  type AvroFixed,
  type AvroNamed,
  type AvroNode,
  type AvroRecord,
  isNamed,
  simpleName,
} from './schema.ts';

export type MismatchType =
  | 'NAME_MISMATCH'
  | 'FIXED_SIZE_MISMATCH'
  | 'MISSING_ENUM_SYMBOLS'
  | 'READER_FIELD_MISSING_DEFAULT_VALUE'
  | 'TYPE_MISMATCH'
  | 'MISSING_UNION_BRANCH';

export interface Mismatch {
  readonly type: MismatchType;
  /** Place in the reader's schema, as a JSON pointer. */
  readonly path: string;
  readonly message: string;
}

const promotions: Partial<Record<AvroNode['kind'], readonly AvroNode['kind'][]>> = {
  long: ['int'],
  float: ['int', 'long'],
  double: ['int', 'long', 'float'],
  bytes: ['string'],
  string: ['bytes'],
};

export function readMismatches(reader: AvroNode, writer: AvroNode): readonly Mismatch[] {
  return compare(reader, writer, [], new Map());
}

/** A pair under comparison counts as compatible until it is proven otherwise: this ends recursion. */
type Seen = Map<AvroNode, Map<AvroNode, readonly Mismatch[]>>;
type Path = readonly string[];

function compare(reader: AvroNode, writer: AvroNode, path: Path, seen: Seen): readonly Mismatch[] {
  let known = seen.get(reader);
  if (known === undefined) {
    known = new Map();
    seen.set(reader, known);
  }
  const earlier = known.get(writer);
  if (earlier !== undefined) return earlier;
  known.set(writer, []);
  const found =
    reader.kind === writer.kind ? compareAlike(reader, writer, path, seen) : compareUnlike(reader, writer, path, seen);
  known.set(writer, found);
  return found;
}

function compareAlike(reader: AvroNode, writer: AvroNode, path: Path, seen: Seen): readonly Mismatch[] {
  if (reader.kind === 'array' && writer.kind === 'array') {
    return compare(reader.items, writer.items, [...path, 'items'], seen);
  }
  if (reader.kind === 'map' && writer.kind === 'map') {
    return compare(reader.values, writer.values, [...path, 'values'], seen);
  }
  if (reader.kind === 'union' && writer.kind === 'union') {
    return writer.branches.flatMap((branch, index) =>
      compare(reader, branch, path, seen).length === 0 ? [] : [missingBranch(branch, [...path, String(index)])],
    );
  }
  if (!isNamed(reader) || !isNamed(writer)) return [];
  const names = compareNames(reader, writer, path);
  if (reader.kind === 'fixed' && writer.kind === 'fixed') return [...names, ...compareSizes(reader, writer, path)];
  if (reader.kind === 'enum' && writer.kind === 'enum') return [...names, ...compareSymbols(reader, writer, path)];
  if (reader.kind === 'record' && writer.kind === 'record')
    return [...names, ...compareFields(reader, writer, path, seen)];
  return names;
}

function compareUnlike(reader: AvroNode, writer: AvroNode, path: Path, seen: Seen): readonly Mismatch[] {
  if (writer.kind === 'union') {
    return writer.branches.flatMap((branch, index) => compare(reader, branch, [...path, String(index)], seen));
  }
  if (reader.kind === 'union') {
    const readable = reader.branches.some((branch) => compare(branch, writer, path, seen).length === 0);
    return readable ? [] : [missingBranch(writer, path)];
  }
  if (promotions[reader.kind]?.includes(writer.kind)) return [];
  const message = `reader type: ${reader.kind.toUpperCase()} not compatible with writer type: ${writer.kind.toUpperCase()}`;
  return [mismatch('TYPE_MISMATCH', path, message)];
}

/** The simple names must agree, or the writer's full name is one of the reader's aliases: namespaces may move. */
function compareNames(reader: AvroNamed, writer: AvroNamed, path: Path): readonly Mismatch[] {
  if (simpleName(reader.name) === simpleName(writer.name) || reader.aliases.includes(writer.name)) return [];
  return [mismatch('NAME_MISMATCH', [...path, 'name'], `expected: ${writer.name}`)];
}

function compareSizes(reader: AvroFixed, writer: AvroFixed, path: Path): readonly Mismatch[] {
  if (reader.size === writer.size) return [];
  return [mismatch('FIXED_SIZE_MISMATCH', [...path, 'size'], `expected: ${writer.size}, found: ${reader.size}`)];
}

function compareSymbols(reader: AvroEnum, writer: AvroEnum, path: Path): readonly Mismatch[] {
  const unknown = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol)).sort();
  if (unknown.length === 0 || reader.default !== undefined) return [];
  return [mismatch('MISSING_ENUM_SYMBOLS', [...path, 'symbols'], `[${unknown.join(', ')}]`)];
}

function compareFields(reader: AvroRecord, writer: AvroRecord, path: Path, seen: Seen): readonly Mismatch[] {
  return reader.fields.flatMap((field, index) => {
    const at = [...path, 'fields', String(index)];
    const sources = writerFields(field, writer);
    if (sources.length > 1) {
      const names = sources.map(({ name }) => name).join(', ');
      return [mismatch('NAME_MISMATCH', at, `field ${field.name} matches several fields of the writer: ${names}`)];
    }
    if (sources[0] !== undefined) return compare(field.type, sources[0].type, [...at, 'type'], seen);
    if (field.default !== undefined) return [];
    return [mismatch('READER_FIELD_MISSING_DEFAULT_VALUE', at, field.name)];
  });
}

/** By its own name and by each alias: Avro's checker takes more than one match for an error. */
function writerFields(field: AvroField, writer: AvroRecord): readonly AvroField[] {
  return [field.name, ...field.aliases].flatMap((name) => writer.fields.find((found) => found.name === name) ?? []);
}

function missingBranch(writer: AvroNode, path: Path): Mismatch {
  return mismatch('MISSING_UNION_BRANCH', path, `reader union lacking writer type: ${writer.kind.toUpperCase()}`);
}

function mismatch(type: MismatchType, path: Path, message: string): Mismatch {
  return { type, message, path: `/${path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}` };
}
