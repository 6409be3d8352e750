/** What a column type is in DuckDB, and which columns of an existing table can take it without loss. */
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  type DuckDBType,
  FLOAT,
  INTEGER,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  UUID,
  VARCHAR,
} from '@duckdb/node-api';
import type { ColumnType } from '#core/columns/type.ts';

const widestDecimal = 38;

/** The type that the chunk writer writes. */
export function chunkType(type: ColumnType): DuckDBType {
  switch (type.kind) {
    case 'bool':
      return BOOLEAN;
    case 'int32':
      return INTEGER;
    case 'int64':
      return BIGINT;
    case 'float32':
      return FLOAT;
    case 'float64':
      return DOUBLE;
    case 'utf8':
    case 'json':
      return VARCHAR;
    case 'binary':
      return BLOB;
    case 'uuid':
      return UUID;
    case 'date':
      return DATE;
    case 'time':
      return TIME;
    case 'timestamp':
      return type.utc ? TIMESTAMPTZ : TIMESTAMP;
    case 'decimal':
      // No digit is lost: what is wider than DuckDB's own decimals stays text.
      return isText(type) ? VARCHAR : DECIMAL(type.precision, type.scale);
  }
}

/** The type of the column that chunks are appended to: JSON is checked when it goes on from there. */
export function stagingType(type: ColumnType): string {
  return chunkType(type).toString();
}

/** The type of the columns we create. */
export function duckDbType(type: ColumnType): string {
  return type.kind === 'json' ? 'JSON' : stagingType(type);
}

export function isText(type: ColumnType): boolean {
  return type.kind === 'decimal' && (type.precision > widestDecimal || type.scale > type.precision || type.scale < 0);
}

/** Types whose every value the wider one holds, so that an assignment changes nothing. */
const holders: Readonly<Record<ColumnType['kind'], readonly string[]>> = {
  bool: ['BOOLEAN'],
  int32: ['INTEGER', 'BIGINT', 'HUGEINT', 'DOUBLE'],
  int64: ['BIGINT', 'HUGEINT'],
  float32: ['FLOAT', 'DOUBLE'],
  float64: ['DOUBLE'],
  utf8: ['VARCHAR'],
  binary: ['BLOB'],
  uuid: ['UUID', 'VARCHAR'],
  json: ['JSON', 'VARCHAR'],
  date: ['DATE'],
  time: ['TIME'],
  timestamp: [],
  decimal: [],
};

/** `target` as `duckdb_columns()` writes it: `DECIMAL(10,2)`, `TIMESTAMP WITH TIME ZONE`. */
export function fits(type: ColumnType, target: string): boolean {
  switch (type.kind) {
    case 'timestamp':
      return type.utc
        ? target === 'TIMESTAMP WITH TIME ZONE'
        : target === 'TIMESTAMP' || (type.unit === 'ms' && target === 'TIMESTAMP_MS');
    case 'decimal': {
      if (isText(type)) return target === 'VARCHAR';
      const digits = /^DECIMAL\((\d+),(\d+)\)$/.exec(target);
      // Fewer whole digits are refused value by value, which is no silence; a smaller scale rounds silently.
      return target === 'VARCHAR' || (digits !== null && Number(digits[2]) >= type.scale);
    }
    default:
      return holders[type.kind].includes(target);
  }
}
