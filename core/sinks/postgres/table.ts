/** The target table: found and checked, or made. What doesn't fit is said before the first row, with the SQL that mends it. */
import { typeName } from '#core/columns/type.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import { quoteName, quoteNames, quoteText } from '#core/postgres/identifier.ts';
import type { Row, Session } from '#core/postgres/session.ts';
import { fits, postgresType } from '#core/postgres/types.ts';
import type { TableRequest } from '../table/rows.ts';

export interface TargetTable {
  /** Quoted and with its schema: independent of any search path. */
  readonly sql: string;
  readonly schema: string;
}

interface ColumnRow extends Row {
  readonly name: string;
  readonly type: string;
  readonly typmod: number;
  readonly shown: string;
  readonly required: boolean;
  readonly has_default: boolean;
  readonly computed: boolean;
}

interface IndexRow extends Row {
  readonly columns: readonly string[];
  readonly nulls_equal: boolean;
}

/** Throws `PREFLIGHT_FAILED`, or `SINK_UNREACHABLE` when the connection breaks. */
export async function openTable(session: Session, request: TableRequest): Promise<TargetTable> {
  checkRequest(request);
  const place = await locateTable(session, request.table);
  const target = { sql: `${quoteName(place.schema)}.${quoteName(place.name)}`, schema: place.schema };
  if (!place.exists) await session.query(createSql(target.sql, request), request.table);
  else if (place.kind !== 'r' && place.kind !== 'p') fail(request, `${request.table} is not a table.`);
  await checkColumns(session, target, request);
  await checkKey(session, target, request);
  return target;
}

function checkRequest(request: TableRequest): void {
  const names = new Set<string>();
  for (const { name } of request.fields) {
    if (names.has(name)) fail(request, `Two columns are called ${name}.`);
    if (Buffer.byteLength(name) > 63) fail(request, `The column name ${name} is longer than Postgres’ 63 bytes.`);
    names.add(name);
  }
  const unknown = request.key.filter((name) => !names.has(name));
  if (unknown.length > 0) {
    fail(
      request,
      `The key ${unknown.join(', ')} is no column of this pipeline.`,
      `Its columns: ${[...names].join(', ')}.`,
    );
  }
}

export interface Place {
  readonly schema: string;
  readonly name: string;
  readonly exists: boolean;
  readonly kind: string | null;
}

/** Throws `PREFLIGHT_FAILED` when its schema does not exist. */
export async function locateTable(session: Session, table: string): Promise<Place> {
  const parts = table.split('.');
  const name = parts.at(-1)!;
  const schema = parts.length > 1 ? parts[0]! : null;
  const [row] = await session.query<Row & { schema: string | null; kind: string | null; known: boolean }>(
    `WITH found AS (
       SELECT n.nspname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.oid = to_regclass($1)
     )
     SELECT coalesce((SELECT nspname FROM found), $2, current_schema())::text AS schema,
            (SELECT relkind FROM found)::text AS kind,
            $2::text IS NULL OR EXISTS (SELECT FROM pg_namespace WHERE nspname = $2) AS known`,
    table,
    [schema === null ? quoteName(name) : `${quoteName(schema)}.${quoteName(name)}`, schema],
  );
  if (row?.schema == null || !row.known) {
    const missing = schema ?? 'public';
    throw new WorkbenchError('PREFLIGHT_FAILED', `The schema ${missing} does not exist.`, {
      object: table,
      nextStep: `Run: CREATE SCHEMA ${quoteName(missing)};`,
    });
  }
  return { schema: row.schema, name, exists: row.kind !== null, kind: row.kind };
}

/** Only the key is NOT NULL: a later version of the schema may make any other field optional. */
function createSql(table: string, { fields, key }: TableRequest): string {
  const columns = fields.map(({ name, type }) => `${quoteName(name)} ${postgresType(type)}`);
  return `CREATE TABLE IF NOT EXISTS ${table} (\n  ${columns.join(',\n  ')},\n  PRIMARY KEY (${quoteNames(key)})\n)`;
}

async function checkColumns(session: Session, target: TargetTable, request: TableRequest): Promise<void> {
  const rows = await session.query<ColumnRow>(
    `SELECT a.attname::text AS name, coalesce(b.typname, t.typname)::text AS type,
            CASE WHEN b.oid IS NULL THEN a.atttypmod ELSE t.typtypmod END AS typmod,
            format_type(a.atttypid, a.atttypmod) AS shown, a.attnotnull AS required,
            a.atthasdef OR a.attidentity <> '' AS has_default,
            a.attgenerated <> '' OR a.attidentity = 'a' AS computed
     FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = t.typbasetype
     WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped`,
    request.table,
    [target.sql],
  );
  const columns = new Map(rows.map((row) => [row.name, row]));
  checkMissing(columns, target, request);
  checkTypes(columns, target, request);
  const names = new Set(request.fields.map((field) => field.name));
  const unfilled = rows.filter((row) => !names.has(row.name) && row.required && !row.has_default);
  if (unfilled.length > 0) {
    const list = unfilled.map((row) => row.name);
    fail(
      request,
      `${request.table} demands columns that the pipeline does not have: ${list.join(', ')}.`,
      `Run: ${alter(
        target,
        list.map((name) => `ALTER COLUMN ${quoteName(name)} DROP NOT NULL`),
      )}`,
    );
  }
}

function checkMissing(columns: ReadonlyMap<string, ColumnRow>, target: TargetTable, request: TableRequest): void {
  const missing = request.fields.filter((field) => !columns.has(field.name));
  if (missing.length === 0) return;
  const add = missing.map(({ name, type }) => `ADD COLUMN ${quoteName(name)} ${postgresType(type)}`);
  fail(
    request,
    `${request.table} lacks columns: ${missing.map((field) => field.name).join(', ')}.`,
    `Run: ${alter(target, add)}`,
  );
}

function checkTypes(columns: ReadonlyMap<string, ColumnRow>, target: TargetTable, request: TableRequest): void {
  const wrong = request.fields.filter((field) => {
    const column = columns.get(field.name)!;
    return column.computed || !fits(field.type, column);
  });
  if (wrong.length === 0) return;
  const words = wrong.map((field) => {
    const { computed, shown } = columns.get(field.name)!;
    return computed
      ? `${field.name} is computed by Postgres`
      : `${field.name} is ${shown}, ${typeName(field.type)} comes`;
  });
  const change = wrong
    .filter((field) => !columns.get(field.name)!.computed)
    .map(({ name, type }) => `ALTER COLUMN ${quoteName(name)} TYPE ${postgresType(type)}`);
  const nextStep = change.length > 0 ? `Run: ${alter(target, change)}` : 'Leave the column out of the pipeline.';
  fail(request, `Columns of ${request.table} don’t fit: ${words.join('; ')}.`, nextStep);
}

/** ON CONFLICT needs a unique index on exactly the key; with keys that may be null it must count nulls as equal. */
async function checkKey(session: Session, target: TargetTable, request: TableRequest): Promise<void> {
  const indexes = await session.query<IndexRow>(
    `SELECT array_agg(a.attname::text ORDER BY a.attname) AS columns,
            bool_and(a.attnotnull) OR coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) AS nulls_equal
     FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid
       AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
     WHERE i.indrelid = to_regclass($1) AND i.indisunique AND i.indisvalid AND i.indimmediate
       AND i.indpred IS NULL AND i.indexprs IS NULL
     GROUP BY i.indexrelid, to_jsonb(i)`,
    request.table,
    [target.sql],
  );
  const wanted = [...request.key].sort().join('\0');
  const matching = indexes.filter((index) => [...index.columns].sort().join('\0') === wanted);
  if (matching.some((index) => index.nulls_equal)) return;
  if (matching.length > 0) {
    fail(
      request,
      `A row of ${request.table} without a key (${request.key.join(', ')}) would be written again and again.`,
      `Run: ${alter(
        target,
        request.key.map((name) => `ALTER COLUMN ${quoteName(name)} SET NOT NULL`),
      )}`,
    );
  }
  fail(
    request,
    `${request.table} has no unique index on the key (${request.key.join(', ')}).`,
    `Run: CREATE UNIQUE INDEX ON ${target.sql} (${quoteNames(request.key)});`,
  );
}

function alter(target: TargetTable, changes: readonly string[]): string {
  return `ALTER TABLE ${target.sql} ${changes.join(', ')};`;
}

function fail(request: TableRequest, message: string, nextStep?: string): never {
  throw new WorkbenchError('PREFLIGHT_FAILED', message, { object: request.table, nextStep });
}

/** One at a time in the whole database, so that two pipelines that start together don't both create. Ends with the transaction. */
export function creationLock(): string {
  return `SELECT pg_advisory_xact_lock(hashtext(${quoteText('mercury')}))`;
}
