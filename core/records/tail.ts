/**
 * Follows new records as pages of the newest, at most ten a second: a topic of any rate costs the caller the same.
 *
 * Everything is read and counted; only what a page shows is decoded. While the caller is busy (`whenReady`), what comes is kept
 * up to a limit and counted beyond it. Ending the generator ends the reading at once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { largestTailPage, type PageCursor, type TailPage } from '#core/contract/record.ts';
import { type Fetcher, openFetcher } from '#core/kafka/fetch.ts';
import { RateMeter } from '#core/metrics/rate-meter.ts';
import { readCursor, writeCursor } from './browse.ts';
import type { Environment } from './clusters.ts';
import { bounds } from './read.ts';
import { TailWindow } from './tail-window.ts';

export interface TailOptions {
  readonly topic: string;
  /** The `next` of a page; the end of the topic when left out. */
  readonly from?: PageCursor | undefined;
  readonly signal: AbortSignal;
  /** Resolves when the caller can take another page, or the signal aborts. */
  readonly whenReady?: (signal: AbortSignal) => Promise<void>;
}

const pageEveryMs = 100;
/** A page without records tells the rate. */
const longestSilenceMs = 1_000;
const fetchBytes = 2 << 20;

export async function* tailRecords(environment: Environment, options: TailOptions): AsyncGenerator<TailPage> {
  const { topic, whenReady } = options;
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  const { positions, skipped } = await startOf(environment, topic, options.from);
  const window = new TailWindow(positions);
  window.leaveOut(skipped);
  const rate = new RateMeter();
  const fetcher = openFetcher({
    cluster: environment.cluster,
    topic,
    positions,
    signal,
    maxBytes: fetchBytes,
    bufferBytes: 2 * fetchBytes,
  });
  const reading = new Reading(fetcher, window, rate);
  signal.addEventListener('abort', () => reading.wake(), { once: true });
  try {
    while (!signal.aborted && !reading.hasEnded) {
      const { records, leftOut, next } = await window.take(environment);
      yield { records, leftOut, perSecond: rate.perSecond(), next: writeCursor(next) };
      await elapse(pageEveryMs, signal);
      await Promise.race([reading.hasMore(), elapse(longestSilenceMs, signal)]);
      await whenReady?.(signal);
      reading.check();
    }
  } finally {
    ending.abort();
    await fetcher.close();
  }
}

/** Ends early, without a word, when the signal aborts: the loop looks at it. */
async function elapse(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}

/** After a pause it goes on where it stopped; of what came meanwhile only what a page can show is read, the rest counted. */
async function startOf(environment: Environment, topic: string, from: PageCursor | undefined) {
  const { earliest, latest } = await bounds(environment, topic);
  const asked = from === undefined ? new Map<number, bigint>() : readCursor(from);
  const share = BigInt(Math.ceil((2 * largestTailPage) / Math.max(1, latest.size)));
  const positions = new Map<number, bigint>();
  let skipped = 0;
  for (const [partition, end] of latest) {
    const first = earliest.get(partition) ?? 0n;
    const wanted = asked.get(partition) ?? end;
    // The topic was emptied or created anew meanwhile.
    const at = wanted > end || wanted < first ? (from === undefined ? end : first) : wanted;
    const start = end - at > share ? end - share : at;
    skipped += Number(start - at);
    positions.set(partition, start);
  }
  return { positions, skipped };
}

/** Takes from the broker without waiting for the pages. */
class Reading {
  /** The cluster was closed: its connection is no longer the one in use. */
  hasEnded = false;
  #error: unknown;
  #arrival = Promise.withResolvers<void>();
  readonly #window: TailWindow;

  constructor(fetcher: Fetcher, window: TailWindow, rate: RateMeter) {
    this.#window = window;
    this.#run(fetcher, rate).catch((error: unknown) => {
      this.#error = error;
      this.wake();
    });
  }

  wake(): void {
    this.#arrival.resolve();
  }

  async hasMore(): Promise<void> {
    if (!this.#window.isEmpty || this.#error !== undefined) return;
    await this.#arrival.promise;
  }

  /** Throws what ended the reading. */
  check(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  async #run(fetcher: Fetcher, rate: RateMeter): Promise<void> {
    for (let chunks = await fetcher.next(); chunks !== undefined; chunks = await fetcher.next()) {
      for (const chunk of chunks) rate.add(this.#window.add(chunk));
      this.wake();
      this.#arrival = Promise.withResolvers();
    }
    this.hasEnded = true;
    this.wake();
  }
}
