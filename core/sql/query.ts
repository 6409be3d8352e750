/**
 * One query from its start until its result is dropped.
 *
 * Its statements run in one session, whose result is streamed into a temporary table of another: the first rows can be read
 * while the rest is still coming, and reading stops at the limit.
 */
import { toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import type { QueryStatus } from '#core/contract/sql.ts';
import { fromDuckDb } from '#core/duckdb/errors.ts';
import type { Database } from '#core/duckdb/open.ts';
import { keptType, type Page, PageBuilder, type PageField } from '#core/duckdb/page.ts';
import type { ResultStream } from '#core/duckdb/result.ts';
import type { Appender, Session } from '#core/duckdb/session.ts';
import { sqlColumn } from './wire.ts';

export interface QueryOptions {
  readonly queryId: string;
  readonly sql: string;
  readonly limit: number;
  readonly database: Database;
  readonly onStatus: (status: QueryStatus) => void;
}

const statusIntervalMs = 100;
/** Writing rows blocks the thread: short steps keep cancel and pages quick. */
const flushRows = 16_384;
const interruptIntervalMs = 5;
const table = 'result';

export class Query {
  readonly queryId: string;
  readonly #options: QueryOptions;
  readonly #startedAt = performance.now();
  #usedAt = performance.now();
  #execution: Session | undefined;
  #kept: Session | undefined;
  #fields: readonly PageField[] | undefined;
  /** Rows in the table; the last chunk may reach beyond the limit. */
  #rows = 0;
  #isCancelled = false;
  #lastStatusAt = 0;
  #status: Pick<QueryStatus, 'state' | 'isTruncated' | 'rowsChanged' | 'error'> = {
    state: 'running',
    isTruncated: false,
    rowsChanged: null,
    error: null,
  };
  #elapsedMs: number | undefined;
  readonly #ended: Promise<void>;
  /** Pages of one session are read one after another. */
  #reading: Promise<unknown> = Promise.resolve();

  constructor(options: QueryOptions) {
    this.#options = options;
    this.queryId = options.queryId;
    this.#ended = this.#run();
  }

  get isEnded(): boolean {
    return this.#status.state !== 'running';
  }

  get idleMs(): number {
    return performance.now() - this.#usedAt;
  }

  async #run(): Promise<void> {
    const ticking = setInterval(() => this.#tell(), statusIntervalMs);
    try {
      await this.#execute();
      this.#end({ state: this.#isCancelled ? 'cancelled' : 'done' });
    } catch (thrown) {
      const error = fromDuckDb(thrown, { as: 'query' });
      if (this.#isCancelled) this.#end({ state: 'cancelled' });
      else this.#end({ state: 'failed', error: toErrorData(error) });
    } finally {
      clearInterval(ticking);
      this.#execution?.close();
      this.#execution = undefined;
    }
  }

  async #execute(): Promise<void> {
    const { database, sql } = this.#options;
    this.#execution = await database.connect();
    if (this.#isCancelled) return;
    const result = await this.#execution.stream(sql);
    if (result.returns === 'rows') await this.#keep(result);
    else {
      const changed = await result.rowsChanged();
      if (result.returns === 'changes') this.#status = { ...this.#status, rowsChanged: changed };
    }
  }

  async #keep(result: ResultStream): Promise<void> {
    const kept = await this.#options.database.connect();
    this.#kept = kept;
    const columns = result.fields.map((field, index) => `c${index} ${keptType(field)}`);
    await kept.run(`CREATE TEMP TABLE ${table} (${columns.join(', ')})`);
    const appender = kept.appender(table, true);
    this.#fields = result.fields;
    this.#tell(true);
    try {
      await this.#read(result, appender);
    } finally {
      appender.close();
    }
  }

  /** The first chunk can be read at once, the rest in bigger steps. */
  async #read(result: ResultStream, appender: Appender): Promise<void> {
    const { limit } = this.#options;
    let pending = 0;
    for (let chunk = await result.next(); chunk !== undefined; chunk = await result.next()) {
      if (this.#isCancelled) break;
      appender.append(chunk.chunk);
      pending += chunk.rowCount;
      const isFirst = this.#rows === 0;
      if (isFirst || pending >= flushRows) {
        appender.flush();
        this.#rows += pending;
        pending = 0;
      }
      if (isFirst) this.#tell(true);
      if (this.#rows + pending > limit) {
        this.#status = { ...this.#status, isTruncated: true };
        break;
      }
    }
    appender.flush();
    this.#rows += pending;
  }

  #end(last: Partial<Pick<QueryStatus, 'state' | 'error'>>): void {
    this.#elapsedMs = performance.now() - this.#startedAt;
    this.#status = { ...this.#status, ...last };
    this.#usedAt = performance.now();
    this.#tell(true);
  }

  get #readableRows(): number {
    return Math.min(this.#rows, this.#options.limit);
  }

  get status(): QueryStatus {
    const { state, isTruncated } = this.#status;
    const percent = this.#execution === undefined || this.isEnded ? -1 : this.#execution.percent;
    return {
      queryId: this.queryId,
      ...this.#status,
      columns: this.#fields?.map(sqlColumn) ?? null,
      rows: this.#readableRows,
      totalRows: state === 'done' && !isTruncated && this.#fields !== undefined ? this.#readableRows : null,
      percent: percent < 0 ? null : percent,
      elapsedMs: this.#elapsedMs ?? performance.now() - this.#startedAt,
    };
  }

  #tell(isNews = false): void {
    const now = performance.now();
    if (!isNews && (this.isEnded || now - this.#lastStatusAt < statusIntervalMs)) return;
    this.#lastStatusAt = now;
    this.#options.onStatus(this.status);
  }

  /** Rows that are not there are left out: a page may be shorter than asked for. */
  page(from: number, rows: number): Promise<Page> {
    this.#usedAt = performance.now();
    const page = this.#reading.then(() => this.#readPage(from, rows));
    this.#reading = page.catch(() => {});
    return page;
  }

  async #readPage(from: number, rows: number): Promise<Page> {
    const fields = this.#fields;
    const count = Math.max(0, Math.min(rows, this.#readableRows - from));
    if (fields === undefined)
      throw new WorkbenchError('CONFLICT', 'This statement has no rows.', { object: this.queryId });
    const builder = new PageBuilder(fields, count);
    if (count === 0 || this.#kept === undefined) return builder.page();
    try {
      const last = from + count - 1;
      const result = await this.#kept.stream(`SELECT * FROM temp.${table} WHERE rowid BETWEEN ${from} AND ${last}`);
      for (let chunk = await result.next(); chunk !== undefined; chunk = await result.next()) builder.append(chunk);
      return builder.page();
    } catch (error) {
      throw fromDuckDb(error, { as: 'query' });
    }
  }

  /** Said again until it is heard: an interrupt before the engine began is lost. */
  async cancel(): Promise<void> {
    if (this.isEnded) return;
    this.#isCancelled = true;
    this.#execution?.interrupt();
    const again = setInterval(() => this.#execution?.interrupt(), interruptIntervalMs);
    await this.#ended;
    clearInterval(again);
  }

  async close(): Promise<void> {
    await this.cancel();
    await this.#reading;
    this.#kept?.close();
    this.#kept = undefined;
  }
}
