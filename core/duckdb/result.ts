/** The answer of a statement while it is being read: chunks of rows, as the engine makes them. */
import { type DuckDBDataChunk, type DuckDBResult, ResultReturnType } from '@duckdb/node-api';
import { type PageField, pageField } from './page.ts';

export class ResultStream {
  readonly #result: DuckDBResult;
  /** rows: a question's. changes: how many rows were changed. nothing: the statement has no answer. */
  readonly returns: 'rows' | 'changes' | 'nothing';
  readonly fields: readonly PageField[];

  constructor(result: DuckDBResult) {
    this.#result = result;
    const { returnType } = result;
    this.returns =
      returnType === ResultReturnType.QUERY_RESULT
        ? 'rows'
        : returnType === ResultReturnType.CHANGED_ROWS
          ? 'changes'
          : 'nothing';
    this.fields = result.columnNames().map((name, index) => pageField(name, result.columnType(index)));
  }

  /** Undefined after the last one. Its session can do nothing else until then. */
  async next(): Promise<DuckDBDataChunk | undefined> {
    const chunk = await this.#result.fetchChunk();
    return chunk === null || chunk.rowCount === 0 ? undefined : chunk;
  }

  /** Reads to the end; answers how many rows were changed. */
  async rowsChanged(): Promise<number> {
    let changed = 0;
    for (let chunk = await this.next(); chunk !== undefined; chunk = await this.next()) {
      changed = Number(chunk.getColumnVector(0).getItem(0) ?? 0);
    }
    return changed;
  }
}
