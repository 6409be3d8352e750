/**
 * Runs SQL on an open database and keeps results: the side of the process that owns the file.
 *
 * A result is kept in a temporary table of a session of its own: a page is read by row number, the query ran once, and what
 * does not fit in memory goes to disk. Results that nobody reads expire.
 */
import { WorkbenchError } from '#core/contract/errors.ts';
import type { QueryStatus, SqlTable } from '#core/contract/sql.ts';
import { fromDuckDb } from '#core/duckdb/errors.ts';
import type { Database } from '#core/duckdb/open.ts';
import type { Page } from '#core/duckdb/page.ts';
import { Query } from './query.ts';

export interface QueryRequest {
  readonly queryId: string;
  readonly sql: string;
  /** Rows to keep at most. */
  readonly limit: number;
}

export interface PageRequest {
  readonly queryId: string;
  readonly from: number;
  readonly rows: number;
}

/** What can be asked of the engine, in this process or over messages. */
export interface SqlEngine {
  /** Returns at once; how it goes is told by statuses. */
  start(request: QueryRequest): Promise<void>;
  /** Throws `NOT_FOUND` when the result expired. */
  page(request: PageRequest): Promise<Page>;
  /** Resolves when the engine has stopped. */
  cancel(queryId: string): Promise<void>;
  tables(): Promise<readonly SqlTable[]>;
}

export interface SqlEngineOptions {
  readonly database: Database;
  /** At each change of a query, ten times a second at most while it runs. */
  readonly onStatus: (status: QueryStatus) => void;
  readonly idleMs?: number;
}

const defaultIdleMs = 10 * 60_000;
const mostResults = 16;

export class LocalSqlEngine implements SqlEngine {
  readonly #options: SqlEngineOptions;
  /** Least recently used first. */
  readonly #queries = new Map<string, Query>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: SqlEngineOptions) {
    this.#options = options;
    const idleMs = options.idleMs ?? defaultIdleMs;
    this.#timer = setInterval(() => this.#expire(idleMs), Math.min(idleMs, 30_000)).unref();
  }

  async start(request: QueryRequest): Promise<void> {
    if (this.#queries.has(request.queryId)) {
      throw new WorkbenchError('CONFLICT', 'A query with this id was started already.', { object: request.queryId });
    }
    const { database, onStatus } = this.#options;
    this.#queries.set(request.queryId, new Query({ ...request, database, onStatus }));
    const ended = [...this.#queries.values()].filter((query) => query.isEnded);
    for (const query of ended.slice(0, Math.max(0, this.#queries.size - mostResults))) this.#drop(query);
  }

  async page({ queryId, from, rows }: PageRequest): Promise<Page> {
    const query = this.#find(queryId);
    this.#queries.delete(queryId);
    this.#queries.set(queryId, query);
    return query.page(from, rows);
  }

  async cancel(queryId: string): Promise<void> {
    await this.#queries.get(queryId)?.cancel();
  }

  async tables(): Promise<readonly SqlTable[]> {
    const session = await this.#options.database.connect();
    try {
      return await session.rows<SqlTable>(tablesSql).then((rows) => rows.map(asTable));
    } catch (error) {
      throw fromDuckDb(error, { as: 'query' });
    } finally {
      session.close();
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#queries.values()].map((query) => query.close()));
    this.#queries.clear();
  }

  #find(queryId: string): Query {
    const query = this.#queries.get(queryId);
    if (query !== undefined) return query;
    throw new WorkbenchError('NOT_FOUND', 'This result is not kept any more.', {
      object: queryId,
      nextStep: 'Run the query again.',
    });
  }

  #expire(idleMs: number): void {
    for (const query of this.#queries.values()) if (query.isEnded && query.idleMs > idleMs) this.#drop(query);
  }

  #drop(query: Query): void {
    this.#queries.delete(query.queryId);
    void query.close();
  }
}

const tablesSql = `
  WITH everything AS (
    SELECT schema_name, table_name AS name, 'table' AS kind, estimated_size AS estimated
    FROM duckdb_tables() WHERE database_name = current_database()
    UNION ALL
    SELECT schema_name, view_name, 'view', NULL
    FROM duckdb_views() WHERE database_name = current_database() AND NOT internal
  )
  SELECT e.schema_name AS schema, e.name, e.kind, e.estimated::DOUBLE AS rows,
         coalesce(to_json(list({ name: c.column_name, type: c.data_type } ORDER BY c.column_index)), '[]')::VARCHAR AS columns
  FROM everything e
  LEFT JOIN duckdb_columns() c
    ON c.database_name = current_database() AND c.schema_name = e.schema_name AND c.table_name = e.name
  GROUP BY ALL ORDER BY e.schema_name, e.name`;

function asTable(row: object): SqlTable {
  const { schema, name, kind, rows, columns } = row as Record<'schema' | 'name' | 'columns', string> & {
    readonly kind: SqlTable['kind'];
    readonly rows: number | null;
  };
  return { schema, name, kind, rows, columns: JSON.parse(columns) as SqlTable['columns'] };
}
