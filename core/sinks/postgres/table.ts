/** The target table: found and checked, or made. What doesn't fit is said before the first row, with the SQL that mends it. */
import { WorkbenchError } from '#core/contract/errors.ts';
import { quoteName, quoteNames, quoteText } from '#core/postgres/identifier.ts';
import type { Row, Session } from '#core/postgres/session.ts';
import { fits, postgresType } from '#core/postgres/types.ts';
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
  /** Both, quoted: independent of any search path. */
  readonly sql: string;
  readonly exists: boolean;
  /** By pg_class: `r` a table, `p` a partitioned one, `v` a view, … */
  readonly kind: string | null;
}

const dialect: TableDialect = {
  quoteName,
  typeOf: postgresType,
  alter: (table, changes) => `ALTER TABLE ${table} ${changes.join(', ')};`,
  fold: (name) => name,
};

interface ColumnRow extends Row {
  readonly name: string;
  readonly type: string;
  readonly typmod: number;
  readonly shown: string;
  readonly required: boolean;
  readonly computed: boolean;
}

interface IndexRow extends Row {
  readonly columns: readonly string[];
  readonly nulls_equal: boolean;
}

/** Throws `PREFLIGHT_FAILED`, or `SINK_UNREACHABLE` when the connection breaks. */
export async function openTable(session: Session, request: TableRequest): Promise<Place> {
  checkRequest(request, dialect);
  checkNames(request);
  const place = await locateTable(session, request.table);
  if (!place.exists) await session.query(createSql(place.sql, request), request.table);
  else if (place.kind !== 'r' && place.kind !== 'p') refuse(request, `${request.table} is not a table.`);
  checkColumns(request, { sql: place.sql, columns: await readColumns(session, place, request) }, dialect);
  await checkKey(session, place, request);
  return place;
}

function checkNames(request: TableRequest): void {
  const long = request.fields.find(({ name }) => Buffer.byteLength(name) > 63);
  if (long !== undefined) refuse(request, `The column name ${long.name} is longer than Postgres’ 63 bytes.`);
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
  const sql = `${quoteName(row.schema)}.${quoteName(name)}`;
  return { schema: row.schema, name, sql, exists: row.kind !== null, kind: row.kind };
}

/** Only the key is NOT NULL: a later version of the schema may make any other field optional. */
function createSql(table: string, { fields, key }: TableRequest): string {
  const columns = fields.map(({ name, type }) => `${quoteName(name)} ${postgresType(type)}`);
  return `CREATE TABLE IF NOT EXISTS ${table} (\n  ${columns.join(',\n  ')},\n  PRIMARY KEY (${quoteNames(key)})\n)`;
}

async function readColumns(session: Session, { sql }: Place, { table }: TableRequest): Promise<FoundColumn[]> {
  const rows = await session.query<ColumnRow>(
    `SELECT a.attname::text AS name, coalesce(b.typname, t.typname)::text AS type,
            CASE WHEN b.oid IS NULL THEN a.atttypmod ELSE t.typtypmod END AS typmod,
            format_type(a.atttypid, a.atttypmod) AS shown,
            a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS required,
            a.attgenerated <> '' OR a.attidentity = 'a' AS computed
     FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = t.typbasetype
     WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped`,
    table,
    [sql],
  );
  return rows.map((row) => ({
    name: row.name,
    shown: row.shown,
    isRequired: row.required,
    isComputed: row.computed,
    holds: (type) => fits(type, row),
  }));
}

/** ON CONFLICT needs a unique index on exactly the key; with keys that may be null it must count nulls as equal. */
async function checkKey(session: Session, { sql }: Place, request: TableRequest): Promise<void> {
  const indexes = await session.query<IndexRow>(
    `SELECT array_agg(a.attname::text ORDER BY a.attname) AS columns,
            bool_and(a.attnotnull) OR coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) AS nulls_equal
     FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid
       AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
     WHERE i.indrelid = to_regclass($1) AND i.indisunique AND i.indisvalid AND i.indimmediate
       AND i.indpred IS NULL AND i.indexprs IS NULL
     GROUP BY i.indexrelid, to_jsonb(i)`,
    request.table,
    [sql],
  );
  const wanted = [...request.key].sort().join('\0');
  const matching = indexes.filter((index) => [...index.columns].sort().join('\0') === wanted);
  if (matching.some((index) => index.nulls_equal)) return;
  if (matching.length > 0) refuseOpenKey(request, sql, request.key, dialect);
  refuse(
    request,
    `${request.table} has no unique index on the key (${request.key.join(', ')}).`,
    `Run: CREATE UNIQUE INDEX ON ${sql} (${quoteNames(request.key)});`,
  );
}

/** One at a time in the whole database, so that two pipelines that start together don't both create. Ends with the transaction. */
export function creationLock(): string {
  return `SELECT pg_advisory_xact_lock(hashtext(${quoteText('mercury')}))`;
}
