/** How a column type is written in Postgres, and which columns of an existing table can take it without loss. */
import type { ColumnType } from '#core/columns/type.ts';

/** The type of the columns we create; the binary COPY encoder writes exactly these. */
export function postgresType(type: ColumnType): string {
  switch (type.kind) {
    case 'bool':
      return 'boolean';
    case 'int32':
      return 'integer';
    case 'int64':
      return 'bigint';
    case 'float32':
      return 'real';
    case 'float64':
      return 'double precision';
    case 'utf8':
      return 'text';
    case 'binary':
      return 'bytea';
    case 'json':
      return 'jsonb';
    case 'decimal':
      return `numeric(${type.precision},${type.scale})`;
    case 'timestamp':
      return type.utc ? 'timestamp with time zone' : 'timestamp without time zone';
    case 'time':
      return 'time without time zone';
    case 'uuid':
    case 'date':
      return type.kind;
  }
}

/** A column of an existing table: `type` is its name in pg_type (domains resolved), `typmod` as in pg_attribute. */
export interface TargetType {
  readonly type: string;
  readonly typmod: number;
}

/** Types whose every value the wider one holds, so that an assignment in the server changes nothing. */
const holders: Readonly<Record<ColumnType['kind'], readonly string[]>> = {
  bool: ['bool'],
  int32: ['int4', 'int8', 'float8', 'numeric'],
  int64: ['int8', 'numeric'],
  float32: ['float4', 'float8'],
  float64: ['float8'],
  utf8: ['text', 'varchar'],
  binary: ['bytea'],
  uuid: ['uuid', 'text', 'varchar'],
  json: ['jsonb', 'json'],
  date: ['date'],
  time: ['time'],
  timestamp: ['timestamptz', 'timestamp'],
  decimal: ['numeric'],
};

/** varchar(n) fits: a longer text is refused by the server with an error of its own, never cut. */
export function fits(type: ColumnType, target: TargetType): boolean {
  if (type.kind === 'timestamp') {
    return target.type === (type.utc ? 'timestamptz' : 'timestamp') && hasDigits(target.typmod, type.unit);
  }
  if (type.kind === 'time') return target.type === 'time' && hasDigits(target.typmod, type.unit);
  if (target.type === 'numeric' && target.typmod >= 0) return fitsNumeric(type, target.typmod);
  return holders[type.kind].includes(target.type);
}

/** `timestamp(0)` and the like round silently. */
function hasDigits(typmod: number, unit: 'ms' | 'us'): boolean {
  return typmod < 0 || typmod >= (unit === 'ms' ? 3 : 6);
}

/** A smaller scale rounds silently; a smaller number of whole digits is refused value by value, which is no silence. */
function fitsNumeric(type: ColumnType, typmod: number): boolean {
  const scale = (((typmod - 4) & 0x7ff) ^ 1024) - 1024;
  if (type.kind === 'decimal') return scale >= type.scale;
  return (type.kind === 'int32' || type.kind === 'int64') && scale >= 0;
}
