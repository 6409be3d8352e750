/**
 * How a pipeline turns the bytes of a record's value into a row: chosen once for each run, asked for each record.
 *
 * Decoding is synchronous; a schema that is not known yet is loaded between two records.
 */
import type { Batch } from '#core/columns/batch.ts';

/** `unknown`: the schema with this id must be loaded first, then the same record is decoded again. */
export type Decoding = 'done' | { readonly unknown: number };

export interface RowDecoder {
  /**
   * Writes every column of `row`, nulls included.
   * Throws `DECODE_FAILED` when these bytes are no value: the row may be written again.
   */
  decode(batch: Batch, row: number, bytes: Uint8Array, start: number, end: number): Decoding;
  /** Throws a retryable error while the registry can't be reached; an id it does not know makes `decode` throw. */
  load(schemaId: number): Promise<void>;
}
