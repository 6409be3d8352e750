/**
 * Messages as data: a message is a `struct` of fields, a field knows the versions that have it.
 *
 * One definition serves every version, reads and writes, and gives the TypeScript types of both sides:
 * a reader sees every field (those that the version lacks hold their default), a writer may leave out
 * fields that are `optional`, `since`, `until`, `between` or `tagged`.
 */
import { type Reader, WireError } from './reader.ts';
import { Writer } from './writer.ts';

export interface Codec<Out, In = Out> {
  read(reader: Reader): Out;
  write(writer: Writer, value: In): void;
  readonly fallback: Out;
}

/** A field that not every version has, or that a writer may leave out. */
export interface Field<Out, In = Out> extends Codec<Out, In> {
  readonly first: number;
  readonly last: number;
  readonly tag?: number;
}

export type ReadOf<C> = C extends Codec<infer Out, never> ? Out : never;
export type WriteOf<C> = C extends { write(writer: Writer, value: infer In): void } ? In : never;

type Fields = Record<string, Codec<unknown, never>>;
type OptionalKeys<F extends Fields> = { [K in keyof F]: F[K] extends Field<unknown, never> ? K : never }[keyof F];
type StructRead<F extends Fields> = { [K in keyof F]: F[K] extends Codec<infer Out, never> ? Out : never };
type StructWrite<F extends Fields> = { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: WriteOf<F[K]> } & {
  readonly [K in OptionalKeys<F>]?: WriteOf<F[K]> | undefined;
};

export const int8: Codec<number> = { read: (r) => r.int8(), write: (w, v) => w.int8(v), fallback: 0 };
export const int16: Codec<number> = { read: (r) => r.int16(), write: (w, v) => w.int16(v), fallback: 0 };
export const int32: Codec<number> = { read: (r) => r.int32(), write: (w, v) => w.int32(v), fallback: 0 };
/** Exact. For what the broker only keeps for a client. */
export const int64: Codec<bigint> = { read: (r) => r.int64(), write: (w, v) => w.int64(v), fallback: 0n };
/** For what the broker counts with; see `Reader.long`. */
export const long: Codec<number> = { read: (r) => r.long(), write: (w, v) => w.long(v), fallback: 0 };
export const boolean: Codec<boolean> = {
  read: (r) => r.int8() !== 0,
  write: (w, v) => w.int8(v ? 1 : 0),
  fallback: false,
};

export const nullableString: Codec<string | null> = {
  read(r) {
    const length = r.length(2);
    return length < 0 ? null : r.utf8(length);
  },
  write(w, value) {
    if (value === null) w.lengthOf(-1, 2);
    else w.utf8(value);
  },
  fallback: null,
};

export const string: Codec<string> = {
  read(r) {
    const length = r.length(2);
    if (length < 0) throw new WireError('a string that must not be null is null');
    return r.utf8(length);
  },
  write: (w, value) => w.utf8(value),
  fallback: '',
};

const noBytes: Buffer = Buffer.alloc(0);
export const bytes: Codec<Buffer> = {
  read(r) {
    const length = r.length(4);
    if (length < 0) throw new WireError('bytes that must not be null are null');
    return r.slice(length);
  },
  write(w, value) {
    w.lengthOf(value.length, 4);
    w.copy(value);
  },
  fallback: noBytes,
};

/** Record batches: views on the way in, several buffers sent by reference on the way out. */
export const records: Codec<Buffer | null, readonly Buffer[]> = {
  read(r) {
    const length = r.length(4);
    return length < 0 ? null : r.slice(length);
  },
  write(w, parts) {
    let length = 0;
    for (const part of parts) length += part.length;
    w.lengthOf(length, 4);
    for (const part of parts) w.reference(part);
  },
  fallback: null,
};

/** The id of no topic. */
export const zeroUuid = 'AAAAAAAAAAAAAAAAAAAAAA';
/** Sixteen bytes in the text form that Kafka's own tools print: URL-safe base64 without padding. */
export const uuid: Codec<string> = {
  read: (r) => r.base64url(16),
  write: (w, value) => w.base64url(value, 16),
  fallback: zeroUuid,
};

export function array<Out, In>(element: Codec<Out, In>): Codec<Out[], readonly In[]> {
  return {
    read(r) {
      const count = r.count();
      if (count < 0) throw new WireError('an array that must not be null is null');
      return readElements(r, element, count);
    },
    write: (w, values) => writeElements(w, element, values),
    fallback: [],
  };
}

export function nullableArray<Out, In>(element: Codec<Out, In>): Codec<Out[] | null, readonly In[] | null> {
  return {
    read(r) {
      const count = r.count();
      return count < 0 ? null : readElements(r, element, count);
    },
    write(w, values) {
      if (values === null) w.lengthOf(-1, 4);
      else writeElements(w, element, values);
    },
    fallback: null,
  };
}

function readElements<Out, In>(r: Reader, element: Codec<Out, In>, count: number): Out[] {
  const values: Out[] = [];
  for (let i = 0; i < count; i++) values.push(element.read(r));
  return values;
}

function writeElements<Out, In>(w: Writer, element: Codec<Out, In>, values: readonly In[]): void {
  w.lengthOf(values.length, 4);
  for (const value of values) element.write(w, value);
}

/** A struct that may be missing: one byte says whether it follows. */
export function nullable<Out, In>(inner: Codec<Out, In>): Codec<Out | null, In | null> {
  return {
    read: (r) => (r.int8() < 0 ? null : inner.read(r)),
    write(w, value) {
      w.int8(value === null ? -1 : 1);
      if (value !== null) inner.write(w, value);
    },
    fallback: null,
  };
}

/** In versions `first` to `last`; elsewhere it reads as `fallback` and is not written. */
export function between<Out, In>(
  first: number,
  last: number,
  codec: Codec<Out, In>,
  fallback = codec.fallback,
): Field<Out, In> {
  return { read: codec.read, write: codec.write, fallback, first, last };
}

export function since<Out, In>(first: number, codec: Codec<Out, In>, fallback = codec.fallback): Field<Out, In> {
  return between(first, 999, codec, fallback);
}

export function until<Out, In>(last: number, codec: Codec<Out, In>, fallback = codec.fallback): Field<Out, In> {
  return between(0, last, codec, fallback);
}

/** In every version, but a writer may leave it out. */
export function optional<Out, In>(codec: Codec<Out, In>, fallback = codec.fallback): Field<Out, In> {
  return between(0, 999, codec, fallback);
}

/** A tagged field (KIP-482): written only when given. */
export function tagged<Out, In>(
  tag: number,
  first: number,
  codec: Codec<Out, In>,
  fallback = codec.fallback,
): Field<Out, In> {
  return { ...between(first, 999, codec, fallback), tag };
}

interface Entry {
  readonly name: string;
  readonly codec: Codec<unknown, unknown>;
  readonly first: number;
  readonly last: number;
}

interface TaggedEntry extends Entry {
  readonly tag: number;
}

export function struct<F extends Fields>(fields: F): Codec<StructRead<F>, StructWrite<F>> {
  const plain: Entry[] = [];
  const withTag: TaggedEntry[] = [];
  for (const [name, codec] of Object.entries(fields) as [string, Field<unknown, unknown>][]) {
    const entry = { name, codec, first: codec.first ?? 0, last: codec.last ?? 999 };
    if (codec.tag === undefined) plain.push(entry);
    else withTag.push({ ...entry, tag: codec.tag });
  }
  withTag.sort((a, b) => a.tag - b.tag);
  const defaults = () => Object.fromEntries([...plain, ...withTag].map((entry) => [entry.name, entry.codec.fallback]));
  return {
    read: (r) => readStruct(r, plain, withTag) as StructRead<F>,
    write: (w, value) => writeStruct(w, plain, withTag, value as Record<string, unknown>),
    fallback: defaults() as StructRead<F>,
  };
}

function readStruct(r: Reader, plain: readonly Entry[], withTag: readonly TaggedEntry[]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const { name, codec, first, last } of plain) {
    out[name] = r.version >= first && r.version <= last ? codec.read(r) : codec.fallback;
  }
  for (const { name, codec } of withTag) out[name] = codec.fallback;
  if (r.flexible) readTags(r, withTag, out);
  return out;
}

function readTags(r: Reader, withTag: readonly TaggedEntry[], out: Record<string, unknown>): void {
  for (let left = r.unsignedVarint(); left > 0; left--) {
    const tag = r.unsignedVarint();
    const size = r.unsignedVarint();
    const entry = withTag.find((known) => known.tag === tag && r.version >= known.first);
    if (entry === undefined) {
      r.skip(size);
      continue;
    }
    const end = r.offset + size;
    out[entry.name] = entry.codec.read(r);
    if (r.offset !== end) throw new WireError(`tagged field ${entry.name} is not as long as it says`);
  }
}

function writeStruct(
  w: Writer,
  plain: readonly Entry[],
  withTag: readonly TaggedEntry[],
  value: Record<string, unknown>,
): void {
  for (const { name, codec, first, last } of plain) {
    if (w.version < first || w.version > last) continue;
    const given = value[name];
    if (given !== undefined) codec.write(w, given);
    // A default was made for readers; arrays, strings and numbers are the same for writers.
    else codec.write(w, codec.fallback);
  }
  if (!w.flexible) return;
  const present = withTag.filter((entry) => w.version >= entry.first && value[entry.name] !== undefined);
  w.unsignedVarint(present.length);
  for (const { name, codec, tag } of present) {
    const inner = new Writer(w.version, true);
    codec.write(inner, value[name]);
    w.unsignedVarint(tag);
    w.unsignedVarint(inner.length);
    for (const chunk of inner.chunks()) w.copy(chunk);
  }
}
