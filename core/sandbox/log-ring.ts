/** The last lines of the sandbox's log, for as many readers as like: memory stays bounded whatever comes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxLine, SandboxLogPage } from '#core/contract/sandbox.ts';
import type { Line } from './line.ts';

const mostLines = 2_000;
const mostTextLength = 4_000;
const shortestIntervalMs = 100;

export class LogRing {
  #lines: SandboxLine[] = [];
  #next = 0;
  #arrival = Promise.withResolvers<void>();

  add(...lines: readonly Line[]): void {
    for (const { text, ...line } of lines) {
      const isLong = text.length > mostTextLength;
      this.#lines.push({ ...line, seq: this.#next++, text: isLong ? `${text.slice(0, mostTextLength)} …` : text });
    }
    // Cut in large steps: moving all lines for each new one would cost more than the line.
    if (this.#lines.length > mostLines * 2) this.#lines = this.#lines.slice(-mostLines);
    const arrival = this.#arrival;
    this.#arrival = Promise.withResolvers();
    arrival.resolve();
  }

  /** The last lines at once, then those that came since the page before, at most ten pages a second. */
  async *watch(signal: AbortSignal | undefined): AsyncGenerator<SandboxLogPage, void, void> {
    let next = 0;
    const aborted = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
    for (let isFirst = true; signal?.aborted !== true; isFirst = false) {
      const { promise } = this.#arrival;
      const lines = this.#lines.slice(-mostLines).filter(({ seq }) => seq >= next);
      const leftOut = isFirst ? 0 : this.#next - next - lines.length;
      // Before the page is given away: what comes until the reader wants more belongs to the next one.
      next = this.#next;
      if (isFirst || lines.length > 0) yield { lines, leftOut };
      await Promise.race([promise, aborted]);
      await sleep(shortestIntervalMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    }
  }
}
