/**
 * What a batch is to a table: the rows to write and the keys to delete. In the mode `upsert` the last row of each key, in the
 * mode `insert` every record, told apart by where it came from.
 */
import type { Batch } from '#core/columns/batch.ts';
import type { Column } from '#core/columns/column.ts';
import { lastByKey } from '#core/columns/last-by-key.ts';
import type { Field } from '#core/columns/type.ts';
import { OriginColumns, originFields } from './origin.ts';
import type { TableSpec } from './spec.ts';

/** The table a sink needs: `key` names some of `fields`. */
export interface TableRequest {
  /** `flights` or `schema.flights`, as the definition has it. */
  readonly table: string;
  readonly fields: readonly Field[];
  readonly key: readonly string[];
}

/** Row numbers of a batch; undefined: all rows. */
export interface LaneRows {
  readonly columns: readonly Column[];
  readonly length: number;
  readonly upserts: Int32Array | undefined;
  readonly deletes: Int32Array | undefined;
}

export function requestOf({ table, key, mode }: TableSpec, fields: readonly Field[]): TableRequest {
  return mode === 'upsert'
    ? { table, fields, key }
    : { table, fields: [...originFields, ...fields], key: originFields.map(({ name }) => name) };
}

/** Where the key stands in the fields. */
export function keyColumnsOf({ fields, key }: Pick<TableRequest, 'fields' | 'key'>): readonly number[] {
  return key.map((name) => fields.findIndex((field) => field.name === name));
}

export class BatchRows {
  readonly #keyColumns: readonly number[];
  /** Only in the mode `insert`. */
  readonly #origin: OriginColumns | undefined;

  constructor(request: TableRequest, mode: TableSpec['mode'], topicId: string) {
    this.#keyColumns = keyColumnsOf(request);
    this.#origin = mode === 'insert' ? new OriginColumns(topicId) : undefined;
  }

  /** Shares the batch's memory. `rows`: the ones to take, ascending; all when undefined. */
  of(batch: Batch, rows: Int32Array | undefined): LaneRows {
    const { columns, length } = batch;
    if (this.#origin !== undefined) {
      return { columns: [...this.#origin.of(batch), ...columns], length, upserts: rows, deletes: undefined };
    }
    const latest = lastByKey(batch, this.#keyColumns, rows) ?? rows;
    return { columns, length, ...splitTombstones(batch, latest) };
  }
}

function splitTombstones(batch: Batch, rows: Int32Array | undefined): Pick<LaneRows, 'upserts' | 'deletes'> {
  if (batch.tombstones === 0) return { upserts: rows, deletes: undefined };
  const all = rows ?? Int32Array.from({ length: batch.length }, (_, row) => row);
  return {
    upserts: all.filter((row) => batch.tombstone[row] === 0),
    deletes: all.filter((row) => batch.tombstone[row] === 1),
  };
}
