/**
 * Result chunks as a page of columns: our own column types, every value exact. What they have no form for goes over as text:
 * 128-bit integers as decimals, nanoseconds and intervals as DuckDB writes them, nested values as JSON.
 */
import type { DuckDBDataChunk, DuckDBType, DuckDBVector } from '@duckdb/node-api';
import { DuckDBTypeId } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import {
  type BytesColumn,
  type Column,
  createColumn,
  isSet,
  setNull,
  setValid,
  writeBytes,
} from '#core/columns/column.ts';
import type { ColumnType, Field } from '#core/columns/type.ts';
import { toJsonText } from './json-text.ts';

export interface PageField extends Field {
  /** As DuckDB names the type: `DECIMAL(10,2)[]`. */
  readonly sqlType: string;
}

export interface Page {
  readonly fields: readonly PageField[];
  readonly columns: readonly Column[];
  readonly length: number;
}

export function pageField(name: string, type: DuckDBType): PageField {
  return { name, type: columnType(type), nullable: true, sqlType: nameOf(type) };
}

/** An enum's list of values can be longer than the page. */
function nameOf(type: DuckDBType): string {
  return type.typeId === DuckDBTypeId.ENUM ? 'ENUM' : (type.alias ?? type.toString());
}

/** The type of a table's column that keeps such values; text for those that no table may have. */
export function keptType({ sqlType }: PageField): string {
  const isUnnamedStruct = sqlType.includes('STRUCT("" ');
  return isUnnamedStruct || sqlType.includes('ENUM') || sqlType === 'NULL' ? 'VARCHAR' : sqlType;
}

const simple: Partial<Record<DuckDBTypeId, ColumnType>> = {
  [DuckDBTypeId.BOOLEAN]: { kind: 'bool' },
  [DuckDBTypeId.TINYINT]: { kind: 'int32' },
  [DuckDBTypeId.SMALLINT]: { kind: 'int32' },
  [DuckDBTypeId.INTEGER]: { kind: 'int32' },
  [DuckDBTypeId.UTINYINT]: { kind: 'int32' },
  [DuckDBTypeId.USMALLINT]: { kind: 'int32' },
  [DuckDBTypeId.UINTEGER]: { kind: 'int64' },
  [DuckDBTypeId.BIGINT]: { kind: 'int64' },
  [DuckDBTypeId.UBIGINT]: { kind: 'decimal', precision: 20, scale: 0 },
  [DuckDBTypeId.HUGEINT]: { kind: 'decimal', precision: 39, scale: 0 },
  [DuckDBTypeId.UHUGEINT]: { kind: 'decimal', precision: 39, scale: 0 },
  [DuckDBTypeId.FLOAT]: { kind: 'float32' },
  [DuckDBTypeId.DOUBLE]: { kind: 'float64' },
  [DuckDBTypeId.BLOB]: { kind: 'binary' },
  [DuckDBTypeId.UUID]: { kind: 'uuid' },
  [DuckDBTypeId.DATE]: { kind: 'date' },
  [DuckDBTypeId.TIME]: { kind: 'time', unit: 'us' },
  [DuckDBTypeId.TIMESTAMP]: { kind: 'timestamp', unit: 'us', utc: false },
  [DuckDBTypeId.TIMESTAMP_TZ]: { kind: 'timestamp', unit: 'us', utc: true },
  [DuckDBTypeId.LIST]: { kind: 'json' },
  [DuckDBTypeId.STRUCT]: { kind: 'json' },
  [DuckDBTypeId.MAP]: { kind: 'json' },
  [DuckDBTypeId.ARRAY]: { kind: 'json' },
  [DuckDBTypeId.UNION]: { kind: 'json' },
};

function columnType(type: DuckDBType): ColumnType {
  if (type.typeId === DuckDBTypeId.DECIMAL) return { kind: 'decimal', precision: type.width, scale: type.scale };
  if (type.typeId === DuckDBTypeId.VARCHAR && type.alias === 'JSON') return { kind: 'json' };
  return simple[type.typeId] ?? { kind: 'utf8' };
}

/** Fills a page with chunks in the order they come. */
export class PageBuilder {
  readonly #fields: readonly PageField[];
  readonly #columns: readonly Column[];
  readonly #capacity: number;
  #length = 0;

  constructor(fields: readonly PageField[], capacity: number) {
    this.#fields = fields;
    this.#capacity = capacity;
    this.#columns = fields.map(({ type }) => createColumn(type, capacity));
  }

  get isFull(): boolean {
    return this.#length === this.#capacity;
  }

  /** Rows beyond the capacity are left out. */
  append(chunk: DuckDBDataChunk): void {
    const count = Math.min(chunk.rowCount, this.#capacity - this.#length);
    for (const [index, column] of this.#columns.entries()) {
      const type = this.#fields[index]!.sqlType;
      copyColumn(chunk, index, type, column, this.#length, count);
    }
    this.#length += count;
  }

  page(): Page {
    return { fields: this.#fields, columns: this.#columns, length: this.#length };
  }
}

/** Layouts that DuckDB and we share, by its name of the type: they are copied as they are. */
const sameLayout: ReadonlySet<string> = new Set([
  'INTEGER',
  'BIGINT',
  'FLOAT',
  'DOUBLE',
  'DATE',
  'TIME',
  'TIMESTAMP',
  'TIMESTAMP WITH TIME ZONE',
]);

function copyColumn(
  chunk: DuckDBDataChunk,
  index: number,
  sqlType: string,
  column: Column,
  at: number,
  count: number,
): void {
  if (sameLayout.has(sqlType) && column.layout !== 'bytes' && column.layout !== 'bits') {
    copyNumbers(chunk, index, column, at, count);
    return;
  }
  const raw = chunk.getColumnVector(index);
  for (let row = 0; row < count; row++) putItem(raw, row, column, at + row);
}

function copyNumbers(
  chunk: DuckDBDataChunk,
  index: number,
  column: Exclude<Column, BytesColumn>,
  at: number,
  count: number,
): void {
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, index);
  const width = column.values.BYTES_PER_ELEMENT;
  const data = duckdb.vector_get_data(vector, count * width);
  new Uint8Array(column.values.buffer, column.values.byteOffset).set(data, at * width);
  const mask = duckdb.vector_get_validity(vector, ((count + 63) >> 6) * 8) as Uint8Array | null;
  for (let row = 0; row < count; row++) {
    if (mask === null || isSet(mask, row)) setValid(column, at + row);
  }
}

const encoder = new TextEncoder();

function putItem(vector: DuckDBVector, row: number, column: Column, at: number): void {
  const item: unknown = vector.getItem(row);
  if (item === null || item === undefined) {
    setNull(column, at);
    return;
  }
  setValid(column, at);
  switch (column.layout) {
    case 'bits':
      if (item === true) column.values[at >> 3]! |= 1 << (at & 7);
      return;
    case 'int64':
      column.values[at] = BigInt(item as number | bigint);
      return;
    case 'bytes':
      writeBytes(column, at, bytesOf(item, column.type));
      return;
    default:
      column.values[at] = item as number;
  }
}

function bytesOf(item: unknown, type: ColumnType): Uint8Array {
  if (type.kind === 'binary') return (item as { readonly bytes: Uint8Array }).bytes;
  if (typeof item === 'string') return encoder.encode(item);
  return encoder.encode(type.kind === 'json' ? toJsonText(item) : String(item));
}
