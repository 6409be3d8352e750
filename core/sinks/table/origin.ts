/**
 * Where each row came from, as columns of the table: the key of the mode `insert`, in which every record is a row.
 *
 * With the topic's id, not its name: a topic that was deleted and made again starts anew at offset 0.
 */
import type { Batch } from '#core/columns/batch.ts';
import { type BytesColumn, type Column, createColumn } from '#core/columns/column.ts';
import type { Field } from '#core/columns/type.ts';

export const originFields: readonly Field[] = [
  { name: '_topic_id', type: { kind: 'utf8' }, nullable: false },
  { name: '_partition', type: { kind: 'int32' }, nullable: false },
  { name: '_offset', type: { kind: 'int64' }, nullable: false },
];

/** The columns of `originFields` for any batch of one topic. */
export class OriginColumns {
  readonly #topicId: Uint8Array;
  #topic: BytesColumn;

  constructor(topicId: string) {
    this.#topicId = new TextEncoder().encode(topicId);
    this.#topic = repeat(this.#topicId, 1);
  }

  /** Shares the batch's memory. */
  of(batch: Batch): readonly Column[] {
    if (this.#topic.capacity < batch.capacity) this.#topic = repeat(this.#topicId, batch.capacity);
    const { capacity, partition, offset, offsetWords } = batch;
    const { validity } = this.#topic;
    return [
      this.#topic,
      { layout: 'int32', type: { kind: 'int32' }, capacity, validity, values: partition },
      { layout: 'int64', type: { kind: 'int64' }, capacity, validity, values: offset, words: offsetWords },
    ];
  }
}

function repeat(value: Uint8Array, times: number): BytesColumn {
  const column = createColumn({ kind: 'utf8' }, times) as BytesColumn;
  column.data = new Uint8Array(value.length * times);
  for (let row = 0; row < times; row++) {
    column.data.set(value, row * value.length);
    column.offsets[row + 1] = (row + 1) * value.length;
  }
  column.validity.fill(0xff);
  return column;
}
