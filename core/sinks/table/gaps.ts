/**
 * Ranges whose commit failed: nothing behind them may become durable, or they would be skipped for ever.
 *
 * The compare-and-set alone can't see it: a topic may lack offsets, so a range need not begin where the last one ended.
 */
import type { PartitionRange } from '#core/columns/batch.ts';

export class Gaps {
  readonly #open = new Map<number, { from: bigint; next: bigint }>();

  /** A new claim tells where to go on. */
  clear(): void {
    this.#open.clear();
  }

  add(ranges: readonly PartitionRange[]): void {
    for (const { partition, from, next } of ranges) {
      const gap = this.#open.get(partition) ?? { from, next };
      if (from < gap.from) gap.from = from;
      if (next > gap.next) gap.next = next;
      this.#open.set(partition, gap);
    }
  }

  /** True when one of the ranges would leave a gap behind it. */
  blocks(ranges: readonly PartitionRange[]): boolean {
    return ranges.some(({ partition, from }) => {
      const gap = this.#open.get(partition);
      return gap !== undefined && from > gap.from;
    });
  }

  /** The ranges are durable. */
  fill(ranges: readonly PartitionRange[]): void {
    for (const { partition, next } of ranges) {
      const gap = this.#open.get(partition);
      if (gap === undefined) continue;
      if (next >= gap.next) this.#open.delete(partition);
      else gap.from = next;
    }
  }
}
