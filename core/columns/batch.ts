/**
 * The batch: rows of a topic as columns, from decoder to database. Beside the columns stands where each row came from.
 *
 * One writer fills a batch from row 0 upwards, then hands it on; readers never change it. Batches come from a pool and
 * are filled again, so nobody keeps a reference to a column after the batch was given back.
 */
import { type BytesColumn, type Column, createColumn, resetColumn } from './column.ts';
import type { Field } from './type.ts';

/** The records of one partition that a batch covers: what was read, including records that became dead letters. */
export interface PartitionRange {
  readonly partition: number;
  /** First offset covered. */
  readonly from: bigint;
  /** The offset to go on with once this batch is durable: one past the last record covered. */
  readonly next: bigint;
  readonly leaderEpoch: number;
}

export interface Batch {
  readonly fields: readonly Field[];
  /** One column a field, in the order of `fields`. */
  readonly columns: readonly Column[];
  readonly capacity: number;
  length: number;
  readonly partition: Int32Array;
  /** Kafka offset of each row, as 64-bit words (low word first) and as bigint over the same memory. */
  readonly offset: BigInt64Array;
  readonly offsetWords: Int32Array;
  /** Record timestamp, milliseconds since 1970-01-01 UTC. */
  readonly timestamp: Float64Array;
  /** The record's key, byte for byte; null where it had none. */
  readonly key: BytesColumn;
  /** 1 where the record was a tombstone (null value): only the key fields of such a row are set. One byte a row. */
  readonly tombstone: Uint8Array;
  tombstones: number;
  ranges: readonly PartitionRange[];
}

export function createBatch(fields: readonly Field[], capacity: number): Batch {
  const offset = new BigInt64Array(capacity);
  return {
    fields,
    columns: fields.map((field) => createColumn(field.type, capacity)),
    capacity,
    length: 0,
    partition: new Int32Array(capacity),
    offset,
    offsetWords: new Int32Array(offset.buffer),
    timestamp: new Float64Array(capacity),
    key: createColumn({ kind: 'binary' }, capacity) as BytesColumn,
    tombstone: new Uint8Array(capacity),
    tombstones: 0,
    ranges: [],
  };
}

/** Makes a batch empty again; its memory stays. */
export function resetBatch(batch: Batch): void {
  batch.length = 0;
  batch.tombstones = 0;
  batch.ranges = [];
  batch.tombstone.fill(0);
  resetColumn(batch.key);
  for (const column of batch.columns) resetColumn(column);
}

export function columnOf(batch: Batch, name: string): Column | undefined {
  return batch.columns[batch.fields.findIndex((field) => field.name === name)];
}

/**
 * The same rows with one more column, as steps return them. Shares all memory with `batch`.
 * Made after the batch was filled: `length` and `ranges` are copied.
 */
export function withColumn(batch: Batch, field: Field, column: Column): Batch {
  return { ...batch, fields: [...batch.fields, field], columns: [...batch.columns, column] };
}
