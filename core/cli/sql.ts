/**
 * `mercury sql`: SQL on the workspace's database, or on a file.
 *
 * Where Mercury Workbench runs, it owns the workspace's database and does the work; else this process opens it by itself.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import { Command } from 'commander';
import { WebSocket } from 'ws';
import type { contract } from '#core/contract/contract.ts';
import { type ErrorData, fromErrorData, WorkbenchError } from '#core/contract/errors.ts';
import { errorsAsData } from '#core/contract/serve.ts';
import { defaultRowLimit, type QueryStatus, type SqlPage, type SqlValue } from '#core/contract/sql.ts';
import type { Value } from '#core/contract/value.ts';
import { wireSerializers } from '#core/contract/wire-values.ts';
import { openDatabase } from '#core/duckdb/open.ts';
import { stopSignal } from '#core/process/signals.ts';
import { parseJson } from '#core/serde/parse-json.ts';
import { sqlApi } from '#core/sql/api.ts';
import { LocalSqlEngine } from '#core/sql/engine.ts';
import { SqlService } from '#core/sql/service.ts';
import { defaultStateDir, workspaceDatabase } from '#core/workspace/paths.ts';
import { findRuntime, type Runtime } from '#core/workspace/runtime.ts';
import { atLeastOne } from './arguments.ts';
import { count, note, print, printJson, seconds } from './output.ts';

interface SqlOptions {
  readonly duckdb?: string;
  readonly json?: boolean;
  readonly limit: number;
  readonly state: string;
}

type SqlClient = ContractRouterClient<typeof contract.sql>;

interface Attached {
  readonly client: SqlClient;
  close(): Promise<void>;
}

const pageRows = 2_000;
/** A table on a terminal; `--json` and pipes get everything up to the limit. */
const shownRows = 200;

export function sqlCommand(): Command {
  return new Command('sql')
    .description('ask the workspace’s DuckDB database, or a file, in SQL')
    .argument('<sql>', 'one or more statements; the last one’s rows are printed')
    .option('--duckdb <file>', 'this database file instead of the workspace’s')
    .option('--json', 'one JSON object a row, numbers exact')
    .option('--limit <n>', 'rows to read at most', atLeastOne, defaultRowLimit)
    .option('--state <dir>', 'folder for what is local to this machine', defaultStateDir())
    .action(sql);
}

async function sql(text: string, options: SqlOptions): Promise<void> {
  const stop = stopSignal();
  const attached = await attach(options);
  try {
    const last = await run(attached.client, text, options.limit, stop);
    if (last.state === 'failed') throw fromErrorData(last.error as ErrorData);
    if (last.state === 'cancelled') throw new WorkbenchError('CANCELLED', 'The query was cancelled.');
    if (last.columns !== null) await printRows(attached.client, last, options.json === true);
    summarize(last, options);
  } catch (error) {
    throw asWorkbenchError(error);
  } finally {
    await attached.close();
  }
}

async function attach({ duckdb, state }: SqlOptions): Promise<Attached> {
  const host = duckdb === undefined ? findRuntime(state)?.host : undefined;
  if (host != null) return connect(host);
  if (duckdb === undefined) mkdirSync(state, { recursive: true, mode: 0o700 });
  return openFile(duckdb ?? workspaceDatabase(state));
}

async function openFile(file: string): Promise<Attached> {
  const database = await openDatabase({ file });
  const engine = new LocalSqlEngine({ database, onStatus: (status) => service.onStatus(status) });
  const service = new SqlService(engine);
  return {
    client: createRouterClient(sqlApi(service), { context: {}, interceptors: [errorsAsData] }) as SqlClient,
    async close() {
      await engine.close();
      database.close();
    },
  };
}

async function connect({ address, token }: NonNullable<Runtime['host']>): Promise<Attached> {
  const socket = new WebSocket(`${address.replace(/^http/, 'ws')}/rpc`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const link = new RPCLink({
    websocket: socket as unknown as ConstructorParameters<typeof RPCLink>[0]['websocket'],
    customJsonSerializers: [...wireSerializers],
  });
  const client = createORPCClient<ContractRouterClient<typeof contract>>(link);
  return {
    client: client.sql,
    async close() {
      socket.close();
    },
  };
}

/** A signal cancels the query in the engine, then the command ends. */
async function run(client: SqlClient, text: string, limit: number, stop: AbortSignal): Promise<QueryStatus> {
  const queryId = randomUUID();
  stop.addEventListener('abort', () => void client.cancel({ queryId }).catch(() => {}));
  let last: QueryStatus | undefined;
  for await (const status of await client.run({ sql: text, queryId, limit })) last = status;
  if (last !== undefined) return last;
  throw new WorkbenchError('INTERNAL', 'The query ended without an answer.');
}

async function printRows(client: SqlClient, last: QueryStatus, asJson: boolean): Promise<void> {
  const rows = asJson || !process.stdout.isTTY ? last.rows : Math.min(last.rows, shownRows);
  if (!asJson && rows === 0) print(last.columns!.map(({ name }) => name).join('  '));
  for (let from = 0; from < rows; from += pageRows) {
    const page = await client.page({ queryId: last.queryId, from, rows: Math.min(pageRows, rows - from) });
    if (asJson) printObjects(page);
    else printTable(page, from === 0);
    await drained();
  }
}

/** Whoever reads the other end of a pipe sets the pace. */
async function drained(): Promise<void> {
  if (process.stdout.writableNeedDrain) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

/** Names that come twice get a number, so that no value is lost. */
function printObjects({ columns, values, rows }: SqlPage): void {
  const seen = new Map<string, number>();
  const names = columns.map(({ name }) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name}:${times - 1}`;
  });
  for (let row = 0; row < rows; row++) {
    const entries = columns.map(({ kind }, index): [string, Value] => [
      names[index]!,
      jsonValue(values[index]![row]!, kind),
    ]);
    printJson(Object.fromEntries(entries));
  }
}

function jsonValue(value: SqlValue, kind: string): Value {
  if (value === null || typeof value !== 'string') return value;
  if (kind === 'decimal') return { decimal: value };
  return kind === 'json' ? parseJson(value) : value;
}

/** Numbers to the right, as people read them. */
function printTable({ columns, values, rows }: SqlPage, withHead: boolean): void {
  const texts = columns.map(({ name }, index) => [
    ...(withHead ? [name] : []),
    ...values[index]!.slice(0, rows).map(shown),
  ]);
  const widths = texts.map((column) => column.reduce((widest, text) => Math.max(widest, text.length), 0));
  const isNumber = columns.map(({ kind }) => kind === 'number' || kind === 'int64' || kind === 'decimal');
  const lines = withHead ? rows + 1 : rows;
  for (let line = 0; line < lines; line++) {
    const cells = texts.map((column, index) =>
      isNumber[index] ? column[line]!.padStart(widths[index]!) : column[line]!.padEnd(widths[index]!),
    );
    print(cells.join('  ').trimEnd());
  }
}

function shown(value: SqlValue): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  // One line a row, whatever the value.
  return typeof value === 'string' ? value.replaceAll(/[\r\n\t]/g, ' ') : String(value);
}

function summarize(last: QueryStatus, options: SqlOptions): void {
  const took = seconds(last.elapsedMs);
  if (last.rowsChanged !== null) note(`${count(last.rowsChanged)} rows changed, ${took}`);
  else if (last.columns === null) note(`done, ${took}`);
  else if (last.isTruncated) note(`${count(last.rows)} rows of more (--limit ${options.limit}), ${took}`);
  else if (process.stdout.isTTY && options.json !== true && last.rows > shownRows)
    note(`${shownRows} of ${count(last.rows)} rows shown (--json prints all), ${took}`);
  else note(`${count(last.rows)} rows, ${took}`);
}

/** Over the wire an error arrives as data inside of oRPC's own. */
function asWorkbenchError(error: unknown): unknown {
  if (error instanceof ORPCError && error.code === 'WORKBENCH') return fromErrorData(error.data as ErrorData);
  return error;
}
