/**
 * One session with its own staging table: sends a batch there inside an open transaction, then finishes or undoes it.
 *
 * The rest of the transaction goes out as one message, COMMIT included. Should this process be stopped or cut off then,
 * the server ends the transaction by itself and no lock stays behind on the table.
 */
import type { Field } from '#core/columns/type.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import { createCopyBuffer } from '#core/postgres/copy-buffer.ts';
import { type CopyEncoder, createCopyEncoder } from '#core/postgres/copy-encoder.ts';
import type { Session } from '#core/postgres/session.ts';
import { asPreflight } from '../table/fit.ts';
import type { LaneRows } from '../table/rows.ts';
import type { Statements } from './statements.ts';

export interface LaneOptions {
  readonly statements: Statements;
  readonly fields: readonly Field[];
  /** Where the key stands in `fields`. */
  readonly keyColumns: readonly number[];
  readonly table: string;
  connect(): Promise<Session>;
  readonly log: (line: string) => void;
}

export class Lane {
  readonly #options: LaneOptions;
  readonly #encodeRows: CopyEncoder;
  readonly #encodeKeys: CopyEncoder;
  readonly #rowBuffer = createCopyBuffer();
  readonly #keyBuffer = createCopyBuffer(4096);
  #session: Session | undefined;
  /** A transaction is open in the server. */
  #isOpen = false;
  #hasUpserts = false;
  #hasDeletes = false;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#encodeRows = createCopyEncoder(options.fields.map((field) => field.type));
    this.#encodeKeys = createCopyEncoder(options.keyColumns.map((index) => options.fields[index]!.type));
  }

  /** Connects where there is no connection, or none any more. */
  async open(): Promise<Session> {
    if (this.#session?.isUsable) return this.#session;
    this.#isOpen = false;
    const session = await this.#options.connect();
    if (this.#session !== undefined) this.#options.log(`Connected to ${session.address} again.`);
    try {
      await session.query(this.#options.statements.createStaging, this.#options.table);
    } catch (error) {
      await session.close();
      throw asPreflight(error);
    }
    this.#session = session;
    return session;
  }

  /** `columns` are not read any more once this resolves. */
  async stage({ columns, length, upserts, deletes }: LaneRows): Promise<void> {
    const { statements, keyColumns, table } = this.#options;
    const session = await this.open();
    this.#hasUpserts = (upserts?.length ?? length) > 0;
    this.#hasDeletes = deletes !== undefined && deletes.length > 0;
    try {
      if (this.#hasUpserts) {
        const rows = this.#encodeRows({ columns, length, rows: upserts }, this.#rowBuffer);
        await session.copyIn(this.#begin(statements.copyRows), rows, table);
      }
      if (this.#hasDeletes) {
        const keys = keyColumns.map((index) => columns[index]!);
        const bytes = this.#encodeKeys({ columns: keys, length, rows: deletes }, this.#keyBuffer);
        await session.copyIn(this.#begin(statements.copyKeys), bytes, table);
      }
    } catch (error) {
      await this.rollback();
      throw error;
    }
  }

  #begin(sql: string): string {
    if (this.#isOpen) return sql;
    this.#isOpen = true;
    return `BEGIN; ${sql}`;
  }

  /** Rows made visible together with what `moveOffsets` does, or neither. */
  async commit(moveOffsets: string | undefined): Promise<void> {
    await this.#run([...this.#apply(), ...(moveOffsets === undefined ? [] : [moveOffsets]), 'COMMIT']);
  }

  async verify(): Promise<void> {
    await this.#run([...this.#apply(), 'ROLLBACK']);
  }

  /** Deferred constraints speak up here: after COMMIT it would be too late to tell whose fault it was. */
  #apply(): readonly string[] {
    const { statements } = this.#options;
    return [
      ...(this.#isOpen ? [] : ['BEGIN']),
      ...(this.#hasDeletes ? [statements.deleteKeys] : []),
      ...(this.#hasUpserts ? [statements.upsert] : []),
      'SET CONSTRAINTS ALL IMMEDIATE',
    ];
  }

  async #run(statements: readonly string[]): Promise<void> {
    const session = this.#session;
    if (session === undefined || !session.isUsable) throw lost(this.#options.table);
    this.#isOpen = true;
    try {
      await session.query(statements.join(';\n'), this.#options.table);
      this.#isOpen = false;
    } catch (error) {
      await this.rollback();
      throw error;
    }
  }

  /** Never throws: a session that can't even do this is given up. */
  async rollback(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const session = this.#session;
    if (session === undefined) return;
    try {
      await session.query('ROLLBACK', this.#options.table);
    } catch {
      await session.close();
    }
  }

  async close(): Promise<void> {
    await this.#session?.close();
  }
}

function lost(table: string): WorkbenchError {
  return new WorkbenchError('SINK_UNREACHABLE', 'The connection to Postgres was lost before the commit.', {
    object: table,
    retryable: true,
  });
}
