/**
 * Avro straight into columns: the hot path of every pipeline. A decoder is compiled once for each (writer's schema, fields)
 * and bound once to each batch; decoding a record then makes no object.
 */
import { type BytesColumn, type Column, type Int64Column, reserve, writeBytes } from '#core/columns/column.ts';
import type { Field } from '#core/columns/type.ts';
import { writeText, writeValue } from './cell.ts';
import { planColumns } from './column-plan.ts';
import { decoderSource, type Extra } from './column-source.ts';
import { Cursor } from './cursor.ts';
import { decimalText, maxDecimalBytes } from './decimal.ts';
import { DecodeError, Malformed } from './decode-error.ts';
import { type Printable, printableForms } from './json-text.ts';
import { compileReader, type Reader, uuidText } from './reader.ts';
import type { AvroNode } from './schema.ts';
import { compileSkipper, type Skipper } from './skipper.ts';
import { bigintOf, compileValueDecoder } from './value-decoder.ts';

/**
 * Decodes one record into row `row`. `start` is behind Confluent's header; the value must end at `end` exactly.
 *
 * Rows are written in ascending order, and a row that threw `DecodeError` may be written again, by this or another decoder.
 * All columns of the row are written, nulls and validity bits included. Text is copied as it is: that it is valid UTF-8
 * is checked by whoever reads the column.
 */
export type DecodeRow = (bytes: Uint8Array, start: number, end: number, row: number) => void;

export interface ColumnDecoder {
  /** `columns` are those of a batch with the decoder's fields. The function is good for as long as the batch lives. */
  bind(columns: readonly Column[]): DecodeRow;
}

export interface ColumnDecoderOptions {
  /** The schema `fields` were made from: gives aliases and defaults for fields that the writer does not have. */
  readonly reader?: AvroNode;
}

type Fail = (bytes: Uint8Array, start: number, end: number, position: number, field: string, reason: string) => never;
type Constants = readonly ((row: number) => void)[];
type Bind = (
  columns: readonly Column[],
  extras: readonly unknown[],
  constants: Constants,
  runtime: typeof columnRuntime,
  fail: Fail,
) => DecodeRow;

/** Throws `WorkbenchError` DECODE_FAILED when values of `writer` can never be read as `fields`. */
export function compileColumnDecoder(
  writer: AvroNode,
  fields: readonly Field[],
  options: ColumnDecoderOptions = {},
): ColumnDecoder {
  const plan = planColumns(writer, fields, options.reader);
  const { body, extras } = decoderSource(plan);
  const bind = new Function('columns', 'extras', 'constants', 'runtime', 'fail', body) as Bind;
  const ready = extras.map(readyExtra);
  const fail = failOf(writer);
  return {
    bind(columns) {
      const constants = plan.constants.map(({ column, value }) => {
        const target = columns[column]!;
        return (row: number) => writeValue(target, row, value);
      });
      return bind(columns, ready, constants, columnRuntime, fail);
    },
  };
}

function readyExtra(extra: Extra): readonly Uint8Array[] | Reader<Printable> | Skipper {
  switch (extra.kind) {
    case 'symbols':
      return extra.symbols.map((symbol) => new Uint8Array(Buffer.from(symbol)));
    case 'json':
      return compileReader(extra.node, printableForms);
    case 'skip':
      return compileSkipper(extra.node);
  }
}

/** Reads the record again with care, for the true place and reason; what is well-formed but does not fit a column keeps the code's own. */
function failOf(writer: AvroNode): Fail {
  let careful: ReturnType<typeof compileValueDecoder> | undefined;
  return (bytes, start, end, position, field, reason) => {
    careful ??= compileValueDecoder(writer);
    careful.decode(bytes, start, end);
    throw new DecodeError(reason, { field, position: position - start });
  };
}

const cursor = new Cursor();
const words = new Int32Array(1);
const maxLong = 2n ** 63n - 1n;

/** What generated code calls. Functions that move on in the bytes return the new position, or -1 for malformed bytes. */
const columnRuntime = {
  words,
  floats: new Float32Array(words.buffer),
  maxDecimalBytes,

  /** Room for `length` more bytes; the caller of `decode` has usually made it already for a whole chunk. */
  grow(column: BytesColumn, row: number, length: number): Uint8Array {
    reserve(column, row, length);
    return column.data;
  },

  copy(bytes: Uint8Array, from: number, length: number, target: Uint8Array, at: number): void {
    // `set` with a subarray would make an object for each value.
    Buffer.prototype.copy.call(bytes, target, at, from, from + length);
  },

  bytes: writeBytes,

  uuid(column: BytesColumn, row: number, bytes: Uint8Array, position: number): void {
    writeText(column, row, uuidText(bytes, position));
  },

  decimal(column: BytesColumn, row: number, bytes: Uint8Array, position: number, length: number, scale: number): void {
    writeText(column, row, decimalText(bytes, position, length, scale));
  },

  /** True when the result would not fit. */
  micros(column: Int64Column, row: number, low: number, high: number): boolean {
    const micros = bigintOf(low, high) * 1000n;
    if (micros > maxLong || micros < -maxLong - 1n) return true;
    column.values[row] = micros;
    return false;
  },

  json(
    column: BytesColumn,
    row: number,
    bytes: Uint8Array,
    position: number,
    end: number,
    read: Reader<Printable>,
  ): number {
    cursor.load(bytes, position, end);
    try {
      writeText(column, row, JSON.stringify(read(cursor)));
      return cursor.position;
    } catch (error) {
      return malformed(error);
    }
  },

  skip(bytes: Uint8Array, position: number, end: number, skip: Skipper): number {
    cursor.load(bytes, position, end);
    try {
      skip(cursor);
      return cursor.position;
    } catch (error) {
      return malformed(error);
    }
  },
};

function malformed(error: unknown): -1 {
  if (error instanceof Malformed) return -1;
  throw error;
}
