/** The target table: found and checked, or made. What doesn't fit is said before the first row, with the SQL that mends it. */
import { typeName } from '#core/columns/type.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import { quoteName } from '#core/duckdb/identifier.ts';
import type { Session } from '#core/duckdb/session.ts';
import { duckDbType, fits } from '#core/duckdb/types.ts';
import type { TableRequest } from '../table/rows.ts';

export interface TargetTable {
  /** Quoted and with its schema. */
  readonly sql: string;
  /** Quoted. */
  readonly schema: string;
  /** It has the pipeline's columns alone and no index: its rows may be replaced whole. */
  readonly isOurs: boolean;
}

interface ColumnRow {
  readonly column_name: string;
  readonly data_type: string;
  readonly is_nullable: boolean;
  readonly column_default: string | null;
}

/** Throws `PREFLIGHT_FAILED`. Called inside a transaction. */
export async function openTable(session: Session, request: TableRequest): Promise<TargetTable> {
  checkRequest(request);
  const parts = request.table.split('.');
  const name = parts.at(-1)!;
  const schema = parts.length > 1 ? parts[0]! : 'main';
  await checkSchema(session, request, schema);
  const names = { sql: `${quoteName(schema)}.${quoteName(name)}`, schema: quoteName(schema) };
  const place = 'database_name = current_database() AND lower(schema_name) = lower($1)';
  const views = await session.rows(`SELECT 1 FROM duckdb_views() WHERE ${place} AND lower(view_name) = lower($2)`, [
    schema,
    name,
  ]);
  if (views.length > 0) fail(request, `${request.table} is a view.`, 'Name a table.');
  const columns = await session.rows<ColumnRow>(
    `SELECT column_name, data_type, is_nullable, column_default FROM duckdb_columns()
     WHERE ${place} AND lower(table_name) = lower($2)`,
    [schema, name],
  );
  if (columns.length === 0) {
    await session.run(createSql(names.sql, request));
    return { ...names, isOurs: true };
  }
  checkColumns(columns, names.sql, request);
  const [indexes] = await session.rows<{ count: number }>(
    `SELECT ((SELECT count(*) FROM duckdb_indexes() WHERE ${place} AND lower(table_name) = lower($2))
       + (SELECT count(*) FROM duckdb_constraints() WHERE ${place} AND lower(table_name) = lower($2)
          AND constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')))::INTEGER AS count`,
    [schema, name],
  );
  return { ...names, isOurs: columns.length === request.fields.length && indexes!.count === 0 };
}

function checkRequest(request: TableRequest): void {
  const names = new Set<string>();
  for (const { name } of request.fields) {
    // DuckDB does not tell upper from lower case in names.
    if (names.has(name.toLowerCase())) fail(request, `Two columns are called ${name}.`);
    names.add(name.toLowerCase());
  }
  const unknown = request.key.filter((name) => !request.fields.some((field) => field.name === name));
  if (unknown.length === 0) return;
  const known = request.fields.map((field) => field.name).join(', ');
  fail(request, `The key ${unknown.join(', ')} is no column of this pipeline.`, `Its columns: ${known}.`);
}

async function checkSchema(session: Session, request: TableRequest, schema: string): Promise<void> {
  const found = await session.rows(
    'SELECT 1 FROM duckdb_schemas() WHERE database_name = current_database() AND lower(schema_name) = lower($1)',
    [schema],
  );
  if (found.length === 0)
    fail(request, `The schema ${schema} does not exist.`, `Run: CREATE SCHEMA ${quoteName(schema)};`);
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

function checkColumns(rows: readonly ColumnRow[], table: string, request: TableRequest): void {
  const columns = new Map(rows.map((row) => [row.column_name.toLowerCase(), row]));
  const columnOf = (name: string): ColumnRow | undefined => columns.get(name.toLowerCase());
  const alter = (change: string): string => `ALTER TABLE ${table} ${change};`;
  const runs = (changes: readonly string[]): string => `Run: ${changes.map(alter).join(' ')}`;

  const missing = request.fields.filter(({ name }) => columnOf(name) === undefined);
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    const add = missing.map(({ name, type }) => `ADD COLUMN ${quoteName(name)} ${duckDbType(type)}`);
    fail(request, `${request.table} lacks columns: ${names}.`, runs(add));
  }
  const wrong = request.fields.filter(({ name, type }) => !fits(type, columnOf(name)!.data_type));
  if (wrong.length > 0) {
    const words = wrong.map(({ name, type }) => `${name} is ${columnOf(name)!.data_type}, ${typeName(type)} comes`);
    const change = wrong.map(({ name, type }) => `ALTER COLUMN ${quoteName(name)} TYPE ${duckDbType(type)}`);
    fail(request, `Columns of ${request.table} don’t fit: ${words.join('; ')}.`, runs(change));
  }
  const names = new Set(request.fields.map(({ name }) => name.toLowerCase()));
  const unfilled = rows.filter(
    (row) => !names.has(row.column_name.toLowerCase()) && !row.is_nullable && row.column_default === null,
  );
  if (unfilled.length > 0) {
    const list = unfilled.map((row) => row.column_name);
    const drop = list.map((name) => `ALTER COLUMN ${quoteName(name)} DROP NOT NULL`);
    fail(request, `${request.table} demands columns that the pipeline does not have: ${list.join(', ')}.`, runs(drop));
  }
  const open = request.key.filter((name) => columnOf(name)!.is_nullable);
  if (open.length === 0) return;
  fail(
    request,
    `A row of ${request.table} without a key (${open.join(', ')}) would be written again and again.`,
    runs(open.map((name) => `ALTER COLUMN ${quoteName(name)} SET NOT NULL`)),
  );
}

function fail(request: TableRequest, message: string, nextStep?: string): never {
  throw new WorkbenchError('PREFLIGHT_FAILED', message, { object: request.table, nextStep });
}
