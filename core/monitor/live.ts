/**
 * The live snapshot: asked for whenever something changed, sent to each watcher at most four times a second, always the
 * newest. A watcher that reads slowly skips snapshots, it never queues them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Snapshot } from '#core/contract/live.ts';

const shortestIntervalMs = 250;

export class Live {
  readonly #take: () => Snapshot;
  readonly #watchers = new Set<() => void>();

  /** `take` puts a snapshot together; cheap, since it is called four times a second for each watcher. */
  constructor(take: () => Snapshot) {
    this.#take = take;
  }

  /** Something changed. Costs nothing while nobody watches. */
  changed(): void {
    for (const wake of this.#watchers) wake();
  }

  /** The present snapshot at once, then one after each change until `signal` aborts. */
  async *watch(signal: AbortSignal | undefined): AsyncGenerator<Snapshot, void, void> {
    let wake = Promise.withResolvers<void>();
    const onChange = (): void => wake.resolve();
    this.#watchers.add(onChange);
    signal?.addEventListener('abort', onChange);
    try {
      while (signal?.aborted !== true) {
        wake = Promise.withResolvers();
        yield this.#take();
        await delay(shortestIntervalMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
        await wake.promise;
      }
    } finally {
      this.#watchers.delete(onChange);
      signal?.removeEventListener('abort', onChange);
    }
  }
}
