/**
 * Whether a table takes what a pipeline writes: what does not fit is said before the first row, with the SQL that mends it.
 * All that is thrown here is `PREFLIGHT_FAILED`.
 */
import { type ColumnType, type Field, typeName } from '#core/columns/type.ts';
import { toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import type { TableRequest } from './rows.ts';

/** What one database has its own way for. */
export interface TableDialect {
  quoteName(name: string): string;
  /** The type of a column that we create. */
  typeOf(type: ColumnType): string;
  /** The SQL of some changes (`ADD COLUMN …`) of a table, given quoted. */
  alter(table: string, changes: readonly string[]): string;
  /** One text for all spellings of a name. */
  fold(name: string): string;
}

/** A column of a table that is there. */
export interface FoundColumn {
  readonly name: string;
  /** Its type, as its database writes it. */
  readonly shown: string;
  /** No row can be written without a value of it. */
  readonly isRequired: boolean;
  /** Its values are the database's own. */
  readonly isComputed: boolean;
  /** Without loss. */
  holds(type: ColumnType): boolean;
}

export function checkRequest(request: TableRequest, { fold }: TableDialect): void {
  const names = new Set<string>();
  for (const { name } of request.fields) {
    if (names.has(fold(name))) refuse(request, `Two columns are called ${name}.`);
    names.add(fold(name));
  }
  const unknown = request.key.filter((name) => !request.fields.some((field) => field.name === name));
  if (unknown.length === 0) return;
  const known = `Its columns: ${namesOf(request.fields)}.`;
  refuse(request, `The key ${unknown.join(', ')} is no column of this pipeline.`, known);
}

/** `sql`: the table, quoted. */
export function checkColumns(
  request: TableRequest,
  { sql, columns }: { readonly sql: string; readonly columns: readonly FoundColumn[] },
  { quoteName, typeOf, alter, fold }: TableDialect,
): void {
  const { table, fields } = request;
  const byName = new Map(columns.map((column) => [fold(column.name), column]));
  const found = ({ name }: Field) => byName.get(fold(name));
  const missing = fields.filter((field) => found(field) === undefined);
  if (missing.length > 0) {
    const add = missing.map(({ name, type }) => `ADD COLUMN ${quoteName(name)} ${typeOf(type)}`);
    refuse(request, `${table} lacks columns: ${namesOf(missing)}.`, `Run: ${alter(sql, add)}`);
  }
  const wrong = fields.flatMap((field) => {
    const column = found(field)!;
    return column.isComputed || !column.holds(field.type) ? [{ ...field, ...column }] : [];
  });
  if (wrong.length > 0) {
    const words = wrong.map(({ name, type, shown, isComputed }) =>
      isComputed ? `${name} is computed by the database` : `${name} is ${shown}, ${typeName(type)} comes`,
    );
    const change = wrong
      .filter(({ isComputed }) => !isComputed)
      .map(({ name, type }) => `ALTER COLUMN ${quoteName(name)} TYPE ${typeOf(type)}`);
    const nextStep = change.length > 0 ? `Run: ${alter(sql, change)}` : 'Leave the column out of the pipeline.';
    refuse(request, `Columns of ${table} don’t fit: ${words.join('; ')}.`, nextStep);
  }
  const ours = new Set(fields.map(({ name }) => fold(name)));
  const unfilled = columns.filter(({ name, isRequired }) => isRequired && !ours.has(fold(name)));
  if (unfilled.length === 0) return;
  const drop = unfilled.map(({ name }) => `ALTER COLUMN ${quoteName(name)} DROP NOT NULL`);
  const message = `${table} demands columns that the pipeline does not have: ${namesOf(unfilled)}.`;
  refuse(request, message, `Run: ${alter(sql, drop)}`);
}

/** `open`: columns of the key that may be null. */
export function refuseOpenKey(
  request: TableRequest,
  sql: string,
  open: readonly string[],
  { quoteName, alter }: TableDialect,
): never {
  refuse(
    request,
    `A row of ${request.table} without a key (${open.join(', ')}) would be written again and again.`,
    `Run: ${alter(
      sql,
      open.map((name) => `ALTER COLUMN ${quoteName(name)} SET NOT NULL`),
    )}`,
  );
}

export function refuse({ table }: TableRequest, message: string, nextStep?: string): never {
  throw new WorkbenchError('PREFLIGHT_FAILED', message, { object: table, nextStep });
}

/** Before the first row no row is to blame: what a database would refuse one for is the table's. */
export function asPreflight(error: unknown): unknown {
  const data = toErrorData(error);
  return data.code === 'SINK_REJECTED' ? new WorkbenchError('PREFLIGHT_FAILED', data.message, data) : error;
}

function namesOf(named: ReadonlyArray<{ readonly name: string }>): string {
  return named.map(({ name }) => name).join(', ');
}
