/** How many pages of each tail are on their way to a caller that says when it took one: a slow page must not pile them up. */
const mostOnTheirWay = 2;

interface Tail {
  onTheirWay: number;
  taken: PromiseWithResolvers<void>;
}

export class TailCredits {
  readonly #tails = new Map<string, Tail>();

  open(tailId: string): void {
    this.#tails.set(tailId, { onTheirWay: 0, taken: Promise.withResolvers() });
  }

  close(tailId: string): void {
    this.#tails.get(tailId)?.taken.resolve();
    this.#tails.delete(tailId);
  }

  sent(tailId: string): void {
    const tail = this.#tails.get(tailId);
    if (tail !== undefined) tail.onTheirWay += 1;
  }

  /** One that ended already is no fault: its last page crosses the end. */
  taken(tailId: string): void {
    const tail = this.#tails.get(tailId);
    if (tail === undefined) return;
    tail.onTheirWay -= 1;
    tail.taken.resolve();
    tail.taken = Promise.withResolvers();
  }

  /** Resolves when another page may be sent, the tail was closed, or the signal aborts. */
  async whenReady(tailId: string, signal: AbortSignal): Promise<void> {
    const wake = (): void => this.#tails.get(tailId)?.taken.resolve();
    signal.addEventListener('abort', wake, { once: true });
    try {
      for (;;) {
        const tail = this.#tails.get(tailId);
        if (tail === undefined || signal.aborted || tail.onTheirWay < mostOnTheirWay) return;
        await tail.taken.promise;
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }
}
