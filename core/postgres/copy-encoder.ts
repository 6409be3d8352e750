/**
 * Columns to the bytes of `COPY … FROM STDIN (FORMAT binary)`.
 *
 * The encoder is generated for a list of types: one loop over the rows, one straight run of stores a row, no test of a
 * type and nothing allocated inside. The types alone make the code; no name from outside is ever part of it.
 */
import type { Column } from '#core/columns/column.ts';
import type { ColumnType } from '#core/columns/type.ts';
import { type CopyBuffer, ensureSize } from './copy-buffer.ts';
import { writeDate, writeNumeric, writeTime, writeUuid } from './copy-values.ts';

/** What to encode: `columns` in the order of the encoder's types; `rows`: ascending row numbers, all `length` when undefined. */
export interface CopyRows {
  readonly columns: readonly Column[];
  readonly length: number;
  readonly rows: Int32Array | undefined;
}

/**
 * Answers a view into `out`, good until `out` is used again. Throws `SINK_REJECTED` for a value that has no binary
 * form (a uuid or decimal that is none).
 */
export type CopyEncoder = (rows: CopyRows, out: CopyBuffer) => Uint8Array;

/** `PGCOPY\n\xff\r\n\0`, no flags, no header extension. */
const header = Uint8Array.of(0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 10, 0xff, 13, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0);

type WriteRows = (columns: readonly Column[], length: number, rows: Int32Array | undefined, out: CopyBuffer) => number;

export function createCopyEncoder(types: readonly ColumnType[]): CopyEncoder {
  const writeRows = generate(types);
  return ({ columns, length, rows }, out) => {
    ensureSize(out, header.length + 2 + largestSize(columns, length, rows?.length ?? length));
    out.bytes.set(header);
    const end = writeRows(columns, length, rows, out);
    out.view.setInt16(end, -1);
    return out.bytes.subarray(0, end + 2);
  };
}

/** Never too small. Strings count with all of the batch, so a few rows chosen of many reserve more than they use. */
function largestSize(columns: readonly Column[], length: number, rows: number): number {
  let size = rows * 2;
  for (const column of columns) {
    if (column.layout !== 'bytes') size += rows * 12;
    else if (column.type.kind === 'uuid') size += rows * 20;
    // A decimal's four digits take two bytes, beside 12 of head and at most 4 for groups cut at the ends.
    else size += rows * 16 + column.offsets[length]!;
  }
  return size;
}

function generate(types: readonly ColumnType[]): WriteRows {
  const lines = [
    'const bytes = out.bytes, view = out.view;',
    ...types.map((type, index) => `${declare(type, index)}`),
    'const count = rows === undefined ? length : rows.length;',
    `let at = ${header.length};`,
    'for (let i = 0; i < count; i++) {',
    'const row = rows === undefined ? i : rows[i], byte = row >> 3, bit = row & 7;',
    `view.setInt16(at, ${types.length}); at += 2;`,
    ...types.map((type, index) => {
      return `if ((valid${index}[byte] >> bit & 1) === 0) { view.setInt32(at, -1); at += 4; } else { ${write(type, index)} }`;
    }),
    '}',
    'return at;',
  ];
  const make = new Function(
    'writeDate',
    'writeTime',
    'writeUuid',
    'writeNumeric',
    `return function (columns, length, rows, out) {\n${lines.join('\n')}\n}`,
  );
  return make(writeDate, writeTime, writeUuid, writeNumeric) as WriteRows;
}

/** The column's arrays as locals, read anew for each batch. */
function declare(type: ColumnType, index: number): string {
  const base = `const column${index} = columns[${index}], valid${index} = column${index}.validity;`;
  switch (type.kind) {
    case 'int64':
    case 'timestamp':
    case 'time':
      return `${base} const words${index} = column${index}.words;`;
    case 'utf8':
    case 'json':
    case 'binary':
      return `${base} const data${index} = column${index}.data, offsets${index} = column${index}.offsets;`;
    case 'uuid':
    case 'decimal':
      return base;
    default:
      return `${base} const values${index} = column${index}.values;`;
  }
}

/** Length and value of row `row` at `at`, which is moved on. */
function write(type: ColumnType, index: number): string {
  const value = `values${index}[row]`;
  switch (type.kind) {
    case 'bool':
      return `view.setInt32(at, 1); bytes[at + 4] = values${index}[byte] >> bit & 1; at += 5;`;
    case 'int32':
      return `view.setInt32(at, 4); view.setInt32(at + 4, ${value}); at += 8;`;
    case 'date':
      return `at = writeDate(out, at, ${value});`;
    case 'float32':
      return `view.setInt32(at, 4); view.setFloat32(at + 4, ${value}); at += 8;`;
    case 'float64':
      return `view.setInt32(at, 8); view.setFloat64(at + 4, ${value}); at += 12;`;
    case 'int64':
      return `view.setInt32(at, 8); view.setInt32(at + 4, words${index}[2 * row + 1]); view.setInt32(at + 8, words${index}[2 * row]); at += 12;`;
    case 'timestamp':
    case 'time': {
      const factor = type.unit === 'ms' ? 1000 : 1;
      return `at = writeTime(out, at, words${index}[2 * row], words${index}[2 * row + 1], ${factor}, ${type.kind === 'timestamp'});`;
    }
    case 'uuid':
      return `at = writeUuid(out, at, column${index}, row);`;
    case 'decimal':
      return `at = writeNumeric(out, at, column${index}, row);`;
    case 'utf8':
    case 'binary':
      return copyBytes(index, '');
    case 'json':
      return copyBytes(index, 'bytes[at++] = 1;');
  }
}

/** Short values byte by byte: a call into the engine for each costs more than the bytes. `lead`: what comes before them. */
function copyBytes(index: number, lead: string): string {
  return `{
    let from = offsets${index}[row]; const end = offsets${index}[row + 1], size = end - from;
    view.setInt32(at, size + ${lead === '' ? 0 : 1}); at += 4; ${lead}
    if (size > 128) { bytes.set(data${index}.subarray(from, end), at); at += size; }
    else while (from < end) bytes[at++] = data${index}[from++];
  }`;
}
