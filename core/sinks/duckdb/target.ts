/** The target table: found and checked, or made. What doesn't fit is said before the first row, with the SQL that mends it. */
import { quoteName } from '#core/duckdb/identifier.ts';
import type { Session } from '#core/duckdb/session.ts';
import { duckDbType, fits } from '#core/duckdb/types.ts';
import {
  checkColumns,
  checkRequest,
  type FoundColumn,
  refuse,
  refuseOpenKey,
  type TableDialect,
} from '../table/fit.ts';
import type { TableRequest } from '../table/rows.ts';

export interface Place {
  readonly schema: string;
  readonly name: string;
  /** Both, quoted. */
  readonly sql: string;
}

export interface TargetTable extends Place {
  /** It has the pipeline's columns alone and no index: its rows may be replaced whole. */
  readonly isOurs: boolean;
}

interface ColumnRow {
  readonly column_name: string;
  readonly data_type: string;
  readonly is_nullable: boolean;
  readonly column_default: string | null;
}

/** `table`: `flights` or `schema.flights`. */
export function placeOf(table: string): Place {
  const parts = table.split('.');
  const name = parts.at(-1)!;
  const schema = parts.length > 1 ? parts[0]! : 'main';
  return { schema, name, sql: `${quoteName(schema)}.${quoteName(name)}` };
}

const dialect: TableDialect = {
  quoteName,
  typeOf: duckDbType,
  alter: (table, changes) => changes.map((change) => `ALTER TABLE ${table} ${change};`).join(' '),
  // DuckDB does not tell upper from lower case in names.
  fold: (name) => name.toLowerCase(),
};

const inSchema = 'database_name = current_database() AND lower(schema_name) = lower($1)';
const isNamed = `${inSchema} AND lower(table_name) = lower($2)`;

export async function isTable(session: Session, { schema, name }: Pick<Place, 'schema' | 'name'>): Promise<boolean> {
  return (await session.rows(`SELECT 1 FROM duckdb_tables() WHERE ${isNamed}`, [schema, name])).length > 0;
}

/** Throws `PREFLIGHT_FAILED`. Called inside a transaction. */
export async function openTable(session: Session, request: TableRequest): Promise<TargetTable> {
  checkRequest(request, dialect);
  const place = placeOf(request.table);
  const { schema, name, sql } = place;
  await checkSchema(session, request, schema);
  const views = await session.rows(`SELECT 1 FROM duckdb_views() WHERE ${inSchema} AND lower(view_name) = lower($2)`, [
    schema,
    name,
  ]);
  if (views.length > 0) refuse(request, `${request.table} is a view.`, 'Name a table.');
  const columns = await session.rows<ColumnRow>(
    `SELECT column_name, data_type, is_nullable, column_default FROM duckdb_columns() WHERE ${isNamed}`,
    [schema, name],
  );
  if (columns.length === 0) {
    await session.run(createSql(sql, request));
    return { ...place, isOurs: true };
  }
  checkColumns(request, { sql, columns: columns.map(foundColumn) }, dialect);
  checkKey(request, sql, columns);
  const [indexes] = await session.rows<{ count: number }>(
    `SELECT ((SELECT count(*) FROM duckdb_indexes() WHERE ${isNamed})
       + (SELECT count(*) FROM duckdb_constraints() WHERE ${isNamed}
          AND constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')))::INTEGER AS count`,
    [schema, name],
  );
  return { ...place, isOurs: columns.length === request.fields.length && indexes!.count === 0 };
}

function foundColumn({ column_name, data_type, is_nullable, column_default }: ColumnRow): FoundColumn {
  return {
    name: column_name,
    shown: data_type,
    isRequired: !is_nullable && column_default === null,
    isComputed: false,
    holds: (type) => fits(type, data_type),
  };
}

function checkKey(request: TableRequest, sql: string, columns: readonly ColumnRow[]): void {
  const nullable = new Set(columns.filter((row) => row.is_nullable).map((row) => dialect.fold(row.column_name)));
  const open = request.key.filter((name) => nullable.has(dialect.fold(name)));
  if (open.length > 0) refuseOpenKey(request, sql, open, dialect);
}

async function checkSchema(session: Session, request: TableRequest, schema: string): Promise<void> {
  const found = await session.rows(`SELECT 1 FROM duckdb_schemas() WHERE ${inSchema}`, [schema]);
  if (found.length === 0)
    refuse(request, `The schema ${schema} does not exist.`, `Run: CREATE SCHEMA ${quoteName(schema)};`);
}

/**
 * Without a primary key on purpose. Its index made the same upserts take 1.2 to 2.1 times the processor time, and DuckDB
 * refuses a key that was deleted while an older reader still runs, which would turn a good row into a dead letter. Keys
 * stay unique because a file has one owner, which writes one batch at a time, each by a MERGE on the key.
 */
function createSql(table: string, { fields, key }: TableRequest): string {
  const columns = fields.map(
    ({ name, type }) => `${quoteName(name)} ${duckDbType(type)}${key.includes(name) ? ' NOT NULL' : ''}`,
  );
  return `CREATE TABLE ${table} (\n  ${columns.join(',\n  ')}\n)`;
}
