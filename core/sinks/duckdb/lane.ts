/** One session with its own temporary staging tables: takes a batch there, then writes it to the table or throws it away. */
import type { Column } from '#core/columns/column.ts';
import type { Field } from '#core/columns/type.ts';
import { ChunkWriter } from '#core/duckdb/chunks.ts';
import { quoteName } from '#core/duckdb/identifier.ts';
import type { Session } from '#core/duckdb/session.ts';
import { stagingType } from '#core/duckdb/types.ts';
import { keyColumnsOf, type LaneRows } from '../table/rows.ts';
import type { TargetTable } from './target.ts';
import { deleteSql, upsertSql } from './upsert.ts';

const rowsTable = 'mercury_rows';
const keysTable = 'mercury_keys';

export interface LaneOptions {
  readonly session: Session;
  readonly fields: readonly Field[];
  readonly key: readonly string[];
}

export class Lane {
  readonly #session: Session;
  readonly #fields: readonly Field[];
  readonly #key: readonly string[];
  readonly #keyFields: readonly Field[];
  readonly #keyColumns: readonly number[];
  readonly #rowWriter: ChunkWriter;
  readonly #keyWriter: ChunkWriter;
  #hasUpserts = false;
  #hasDeletes = false;

  constructor({ session, fields, key }: LaneOptions) {
    this.#session = session;
    this.#fields = fields;
    this.#key = key;
    this.#keyColumns = keyColumnsOf({ fields, key });
    this.#keyFields = this.#keyColumns.map((index) => fields[index]!);
    this.#rowWriter = new ChunkWriter(fields);
    this.#keyWriter = new ChunkWriter(this.#keyFields);
  }

  async open(): Promise<void> {
    await this.#session.run(createTemp(rowsTable, this.#fields));
    await this.#session.run(createTemp(keysTable, this.#keyFields));
  }

  /** `columns` are not read any more once this resolves. */
  async stage({ columns, length, upserts, deletes }: LaneRows): Promise<void> {
    this.#hasUpserts = (upserts?.length ?? length) > 0;
    this.#hasDeletes = deletes !== undefined && deletes.length > 0;
    try {
      if (this.#hasUpserts) this.#append(rowsTable, this.#rowWriter, columns, length, upserts);
      if (this.#hasDeletes) {
        const keys = this.#keyColumns.map((index) => columns[index]!);
        this.#append(keysTable, this.#keyWriter, keys, length, deletes);
      }
    } catch (error) {
      await this.clear();
      throw error;
    }
  }

  #append(
    table: string,
    writer: ChunkWriter,
    columns: readonly Column[],
    length: number,
    rows: Int32Array | undefined,
  ): void {
    const appender = this.#session.appender(table, true);
    try {
      writer.write({ columns, length, rows }, appender);
    } finally {
      appender.close();
    }
  }

  /** Rows made visible together with what `moveOffsets` does, or neither. */
  async commit(target: TargetTable, moveOffsets: readonly string[]): Promise<void> {
    await this.#run([...this.#apply(target), ...moveOffsets, 'COMMIT']);
  }

  async verify(target: TargetTable): Promise<void> {
    await this.#run([...this.#apply(target), 'ROLLBACK']);
  }

  /** One call: between two, this process may be busy with the next batch, and DuckDB would wait for it. */
  async #run(statements: readonly string[]): Promise<void> {
    try {
      await this.#session.run(['BEGIN', ...statements].join(';\n'));
    } catch (error) {
      // A COMMIT that failed has ended the transaction already.
      await this.#session.run('ROLLBACK').catch(() => {});
      throw error;
    }
  }

  #apply(target: TargetTable): readonly string[] {
    const key = this.#key;
    return [
      ...(this.#hasDeletes ? [deleteSql({ target, staging: `temp.${keysTable}`, key })] : []),
      ...(this.#hasUpserts ? upsertSql({ target, staging: `temp.${rowsTable}`, fields: this.#fields, key }) : []),
    ];
  }

  /** Makes room for the next batch. */
  async clear(): Promise<void> {
    await this.#session.run(`TRUNCATE temp.${rowsTable}`);
    if (this.#hasDeletes) await this.#session.run(`TRUNCATE temp.${keysTable}`);
  }

  close(): void {
    this.#session.close();
  }
}

function createTemp(table: string, fields: readonly Field[]): string {
  const columns = fields.map(({ name, type }) => `${quoteName(name)} ${stagingType(type)}`);
  return `CREATE TEMP TABLE ${table} (${columns.join(', ')})`;
}
