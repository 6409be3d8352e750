/**
 * Our columns into DuckDB by data chunks: values are laid out in scratch memory as DuckDB has them and copied over a chunk
 * at a time, without an object for a row or a value.
 *
 * One chunk is filled again and again, so a writer allocates nothing that grows with the rows.
 */
import { DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { Column } from '#core/columns/column.ts';
import type { Field } from '#core/columns/type.ts';
import { createFill, type Fill } from './fill.ts';
import type { Appender } from './session.ts';
import { chunkType } from './types.ts';

/** DuckDB's own number of rows in a chunk. */
const chunkRows = 2048;

export interface RowSource {
  readonly columns: readonly Column[];
  readonly length: number;
  /** Row numbers to write, ascending; all when undefined. */
  readonly rows: Int32Array | undefined;
}

export class ChunkWriter {
  readonly #chunk: DuckDBDataChunk;
  readonly #fills: readonly Fill[];
  readonly #validity = new Uint8Array(chunkRows / 8);

  constructor(fields: readonly Field[]) {
    this.#chunk = DuckDBDataChunk.create(fields.map(({ type }) => chunkType(type)));
    this.#fills = fields.map(({ name, type }) => createFill(type, name, chunkRows));
  }

  /** Throws `SINK_REJECTED` for a value that DuckDB can't hold; rows before it may have been appended then. */
  write({ columns, length, rows }: RowSource, appender: Appender): void {
    const total = rows === undefined ? length : rows.length;
    for (let from = 0; from < total; from += chunkRows) {
      const count = Math.min(chunkRows, total - from);
      this.#chunk.reset();
      for (const [index, column] of columns.entries()) {
        const vector = duckdb.data_chunk_get_vector(this.#chunk.chunk, index);
        this.#writeValidity(vector, column, rows, from, count);
        this.#fills[index]!(vector, column, rows, from, count);
      }
      this.#chunk.rowCount = count;
      appender.append(this.#chunk.chunk);
    }
  }

  #writeValidity(
    vector: duckdb.Vector,
    { validity }: Column,
    rows: Int32Array | undefined,
    from: number,
    count: number,
  ): void {
    const bytes = (count + 7) >> 3;
    const bits = this.#validity;
    let all = 0xff;
    if (rows === undefined) {
      // Chunks begin at whole bytes of the bitmap.
      for (let index = 0; index < bytes; index++) bits[index] = validity[(from >> 3) + index]!;
    } else {
      bits.fill(0, 0, bytes);
      for (let index = 0; index < count; index++) {
        const row = rows[from + index]!;
        bits[index >> 3]! |= ((validity[row >> 3]! >> (row & 7)) & 1) << (index & 7);
      }
    }
    for (let index = 0; index < count >> 3; index++) all &= bits[index]!;
    if ((count & 7) !== 0) all &= bits[bytes - 1]! | (0xff << (count & 7));
    if ((all & 0xff) === 0xff) return;
    duckdb.vector_ensure_validity_writable(vector);
    duckdb.copy_data_to_vector_validity(vector, 0, bits.buffer, bits.byteOffset, bytes);
  }
}
