/**
 * What a pipeline's process asks the owner of the database. Column batches cross as typed arrays, cut to their rows;
 * nothing here is an object for a row.
 */
import type { Batch, PartitionRange } from '#core/columns/batch.ts';
import { type BytesColumn, type Column, createColumn } from '#core/columns/column.ts';
import type { Field } from '#core/columns/type.ts';
import type { SinkIdentity, SinkLook, SinkReset } from '#core/pipeline/component.ts';
import type { DuckDbSpec } from './owner.ts';

/** The owner's methods. A sink or batch that it does not know (it was started again) is `NOT_FOUND`. */
export interface SinkApi {
  open(input: OpenInput): Promise<OpenedSink>;
  claim(input: SinkInput & { readonly partitions: readonly number[] }): Promise<ReadonlyMap<number, bigint>>;
  /** Answers the id of the staged batch. */
  stage(input: SinkInput & { readonly batch: PackedBatch; readonly rows: Int32Array | undefined }): Promise<string>;
  commit(input: StagedInput & { readonly ranges: readonly PartitionRange[] }): Promise<void>;
  verify(input: StagedInput): Promise<void>;
  discard(input: StagedInput): Promise<void>;
  close(input: SinkInput): Promise<void>;
  look(input: UpkeepInput): Promise<SinkLook>;
  reset(input: UpkeepInput & { readonly request: SinkReset }): Promise<void>;
}

interface UpkeepInput {
  readonly spec: DuckDbSpec;
  readonly identity: SinkIdentity;
}

export interface OpenInput extends UpkeepInput {
  readonly fields: readonly Field[];
}

export interface OpenedSink {
  readonly sinkId: string;
  readonly lanes: number;
}

interface SinkInput {
  readonly sinkId: string;
}

interface StagedInput extends SinkInput {
  readonly stagedId: string;
}

/** What a sink reads of a batch. */
export type PackedBatch = Pick<
  Batch,
  'fields' | 'columns' | 'length' | 'partition' | 'offset' | 'tombstone' | 'tombstones'
>;

/** Shares the batch's memory: sending copies it. */
export function packBatch(batch: Batch): PackedBatch {
  const { fields, columns, length, partition, offset, tombstone, tombstones } = batch;
  return {
    fields,
    columns: columns.map((column) => packColumn(column, length)),
    length,
    partition: partition.subarray(0, length),
    offset: offset.subarray(0, length),
    tombstone: tombstone.subarray(0, length),
    tombstones,
  };
}

function packColumn(column: Column, length: number): Column {
  const { type } = column;
  const base = { type, capacity: length, validity: column.validity.subarray(0, (length + 7) >> 3) };
  switch (column.layout) {
    case 'bits':
      return { ...base, layout: column.layout, values: column.values.subarray(0, (length + 7) >> 3) };
    case 'bytes':
      return {
        ...base,
        layout: column.layout,
        offsets: column.offsets.subarray(0, length + 1),
        data: column.data.subarray(0, column.offsets[length]),
      };
    case 'int64':
      // The words are made again at the other end: they are the same memory.
      return { ...base, layout: column.layout, values: column.values.subarray(0, length), words: new Int32Array(0) };
    default:
      return { ...base, layout: column.layout, values: column.values.subarray(0, length) };
  }
}

/** The batch as it was, without timestamps and keys, which no sink reads. */
export function unpackBatch(packed: PackedBatch): Batch {
  const { length, offset } = packed;
  return {
    ...packed,
    columns: packed.columns.map((column) =>
      column.layout === 'int64' ? { ...column, words: wordsOf(column.values) } : column,
    ),
    capacity: length,
    offsetWords: wordsOf(offset),
    timestamp: new Float64Array(0),
    key: createColumn({ kind: 'binary' }, 0) as BytesColumn,
    ranges: [],
  };
}

function wordsOf(values: BigInt64Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length * 2);
}
