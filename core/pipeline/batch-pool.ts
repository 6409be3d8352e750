/** A fixed number of batches, filled again and again: memory is bounded whatever the lag, and a full pool is back-pressure. */
import { type Batch, createBatch, resetBatch } from '#core/columns/batch.ts';
import type { Field } from '#core/columns/type.ts';

export class BatchPool {
  readonly #free: Batch[];
  readonly #waiting: Array<(batch: Batch) => void> = [];

  constructor(fields: readonly Field[], capacity: number, size: number) {
    this.#free = Array.from({ length: size }, () => createBatch(fields, capacity));
  }

  /** An empty batch, as soon as one is free. */
  take(): Promise<Batch> {
    const batch = this.#free.pop();
    if (batch !== undefined) return Promise.resolve(batch);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Called once for each `take`, when nobody reads the batch any more. */
  give(batch: Batch): void {
    resetBatch(batch);
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(batch);
    else next(batch);
  }
}
