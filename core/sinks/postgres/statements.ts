/** The SQL of one sink, made once when it opens. */
import type { Field } from '#core/columns/type.ts';
import { quoteName, quoteNames } from '#core/postgres/identifier.ts';
import { postgresType } from '#core/postgres/types.ts';

export interface Statements {
  /** Temporary tables of the session: rows to write, and keys to delete. Emptied at the end of each transaction. */
  readonly createStaging: string;
  readonly copyRows: string;
  readonly copyKeys: string;
  readonly deleteKeys: string;
  readonly upsert: string;
}

const rowsTable = 'pg_temp.mercury_rows';
const keysTable = 'pg_temp.mercury_keys';

/** `table` is quoted SQL. */
export function createStatements(table: string, fields: readonly Field[], key: readonly string[]): Statements {
  const keyFields = key.map((name) => fields.find((field) => field.name === name)!);
  const columns = quoteNames(fields.map((field) => field.name));
  return {
    createStaging: `${createTemp(rowsTable, fields)};\n${createTemp(keysTable, keyFields)}`,
    copyRows: `COPY ${rowsTable} FROM STDIN (FORMAT binary)`,
    copyKeys: `COPY ${keysTable} FROM STDIN (FORMAT binary)`,
    deleteKeys: deleteSql(table, key),
    upsert: `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM ${rowsTable} ${conflictSql(fields, key)}`,
  };
}

function createTemp(table: string, fields: readonly Field[]): string {
  const columns = fields.map(({ name, type }) => `${quoteName(name)} ${postgresType(type)}`);
  return `CREATE TEMP TABLE ${table.slice('pg_temp.'.length)} (${columns.join(', ')}) ON COMMIT DELETE ROWS`;
}

function conflictSql(fields: readonly Field[], key: readonly string[]): string {
  const rest = fields.filter((field) => !key.includes(field.name)).map((field) => quoteName(field.name));
  if (rest.length === 0) return `ON CONFLICT (${quoteNames(key)}) DO NOTHING`;
  const assignments = rest.map((name) => `${name} = EXCLUDED.${name}`);
  return `ON CONFLICT (${quoteNames(key)}) DO UPDATE SET ${assignments.join(', ')}`;
}

/** Through arrays, of which the planner expects few entries: a join with the temporary table, of which it knows nothing, could scan the whole target. */
function deleteSql(table: string, key: readonly string[]): string {
  const arrays = key.map((name) => `array_agg(${quoteName(name)}) AS ${quoteName(name)}`);
  const unnest = key.map((name) => `arrays.${quoteName(name)}`);
  const match = key.map((name) => `target.${quoteName(name)} = gone.${quoteName(name)}`);
  return (
    `DELETE FROM ${table} AS target USING (SELECT ${arrays.join(', ')} FROM ${keysTable}) AS arrays, ` +
    `unnest(${unnest.join(', ')}) AS gone (${quoteNames(key)}) WHERE ${match.join(' AND ')}`
  );
}
