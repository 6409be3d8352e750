/**
 * One connection of an open database. Statements of a session run one after another; whoever needs two at a time opens
 * two sessions. Errors are thrown as DuckDB made them: the caller knows what they mean (`errors.ts`).
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { ResultStream } from './result.ts';

export type SqlValue = string | number | bigint | boolean | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** Rows sent to one table by chunks; they are in the table after `close`. */
export interface Appender {
  append(chunk: duckdb.DataChunk): void;
  /** Writes what was appended so far; blocks this thread while it does. */
  flush(): void;
  close(): void;
}

export class Session {
  readonly #connection: DuckDBConnection;
  readonly #onClose: () => void;
  #isOpen = true;

  constructor(connection: DuckDBConnection, onClose: () => void) {
    this.#connection = connection;
    this.#onClose = onClose;
  }

  async run(sql: string, values: readonly SqlValue[] = []): Promise<void> {
    if (values.length === 0) await this.#connection.run(sql);
    else await this.#connection.run(sql, [...values]);
  }

  /** All of `work` or nothing of it. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.run('BEGIN');
    try {
      const result = await work();
      await this.run('COMMIT');
      return result;
    } catch (error) {
      // A COMMIT that failed has ended the transaction already.
      await this.run('ROLLBACK').catch(() => {});
      throw error;
    }
  }

  /** For small answers: every row as an object. */
  async rows<Row extends object = SqlRow>(sql: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
    const result = values.length === 0 ? await this.#connection.run(sql) : await this.#connection.run(sql, [...values]);
    return (await result.getRowObjects()) as unknown as readonly Row[];
  }

  /** Runs all statements of `sql`; answers the last one's result, of which nothing is read yet. */
  async stream(sql: string): Promise<ResultStream> {
    return new ResultStream(await this.#connection.stream(sql));
  }

  /** A temporary table of this session when `isTemporary`. */
  appender(table: string, isTemporary: boolean): Appender {
    // The wrapper's own appender takes no chunk of the bindings: it wants its own class around each.
    const raw = duckdb.appender_create_ext(rawConnection(this.#connection), isTemporary ? 'temp' : null, null, table);
    return {
      append: (chunk) => duckdb.append_data_chunk(raw, chunk),
      flush: () => duckdb.appender_flush_sync(raw),
      close: () => duckdb.appender_close_sync(raw),
    };
  }

  /** Ends the running statement with an error; no effect when none runs. */
  interrupt(): void {
    if (this.#isOpen) this.#connection.interrupt();
  }

  /** Percent of the running statement, or -1 when unknown. */
  get percent(): number {
    return this.#connection.progress.percentage;
  }

  /** An open transaction is rolled back. May be called twice. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#connection.closeSync();
    this.#onClose();
  }
}

/** The wrapper keeps it to itself; appending by chunks without copying needs it. */
function rawConnection(connection: DuckDBConnection): duckdb.Connection {
  return (connection as unknown as { readonly connection: duckdb.Connection }).connection;
}
