/** Pages as they cross to a screen or a program: the values of each column as a plain list, exact. */
import { type Column, isSet, isValid } from '#core/columns/column.ts';
import type { ColumnType } from '#core/columns/type.ts';
import type { SqlColumn, SqlKind, SqlPage, SqlValue } from '#core/contract/sql.ts';
import type { Page, PageField } from '#core/duckdb/page.ts';
import { dateText, timestampText, timeText } from './time-text.ts';

const kinds: Readonly<Record<ColumnType['kind'], SqlKind>> = {
  bool: 'bool',
  int32: 'number',
  float32: 'number',
  float64: 'number',
  int64: 'int64',
  decimal: 'decimal',
  utf8: 'text',
  uuid: 'text',
  binary: 'bytes',
  json: 'json',
  date: 'date',
  time: 'time',
  timestamp: 'timestamp',
};

export function sqlColumn({ name, type, sqlType }: PageField): SqlColumn {
  return { name, type: sqlType, kind: kinds[type.kind] };
}

export function sqlPage({ fields, columns, length }: Page, from: number): SqlPage {
  return {
    from,
    rows: length,
    columns: fields.map(sqlColumn),
    values: columns.map((column) => values(column, length)),
  };
}

function values(column: Column, length: number): SqlValue[] {
  const read = reader(column);
  return Array.from({ length }, (_, row) => (isValid(column, row) ? read(row) : null));
}

const decoder = new TextDecoder();

function reader(column: Column): (row: number) => SqlValue {
  const { type } = column;
  switch (column.layout) {
    case 'bits':
      return (row) => isSet(column.values, row);
    case 'bytes': {
      const bytes = (row: number): Uint8Array => column.data.subarray(column.offsets[row]!, column.offsets[row + 1]!);
      // A copy: the page's memory would go along with each value.
      return type.kind === 'binary' ? (row) => bytes(row).slice() : (row) => decoder.decode(bytes(row));
    }
    case 'int64':
      if (type.kind === 'timestamp') return (row) => timestampText(column.values[row]!, type.utc);
      if (type.kind === 'time') return (row) => timeText(column.values[row]!);
      return (row) => column.values[row]!;
    case 'float32':
      return (row) => shortest(column.values[row]!);
    default:
      return type.kind === 'date' ? (row) => dateText(column.values[row]!) : (row) => column.values[row]!;
  }
}

/** The shortest number that is this float and no other: 0.1, not 0.10000000149011612. */
function shortest(value: number): number {
  if (!Number.isFinite(value) || Number.isInteger(value)) return value;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
