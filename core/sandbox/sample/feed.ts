/**
 * The sample feed: real flights as Avro, all at once or at a rate.
 *
 * Delivery is at least once: a send that Kafka acknowledged to nobody is sent again. Keys are flight ids, so a sink that
 * upserts by key holds each flight once however often it is sent.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkbenchError } from '#core/contract/errors.ts';
import { type FlightProducer, openFlightProducer } from './flight-producer.ts';
import { countFlights, type Flight, readFlights } from './flights.ts';
import { createPacer, type Pacer } from './pacer.ts';

export interface FeedOptions {
  /** `host:port`, several separated by commas. */
  readonly kafka: string;
  /** The registry's address, with its path where it has one. */
  readonly registry: string;
  /** Created with 4 partitions if missing; `flights` unless given. The schema goes to `<topic>-value`. */
  readonly topic?: string | undefined;
  /** As fast as Kafka takes them unless given. */
  readonly ratePerSecond?: number | undefined;
  /** Ends the load with `CANCELLED`; closes the feed. */
  readonly signal?: AbortSignal | undefined;
  /** After each acknowledged send, ten a second at a rate. `total` is the number of flights in the data. */
  readonly onProgress?: ((sent: number, total: number) => void) | undefined;
  readonly log?: ((line: string) => void) | undefined;
  /** The folder with flights.parquet and flight.avsc; the repository's own unless given. */
  readonly dataDir?: string | undefined;
}

export interface LoadResult {
  readonly sent: number;
  readonly seconds: number;
  readonly schemaId: number;
  readonly topic: string;
}

export interface Feed {
  readonly topic: string;
  readonly schemaId: number;
  /** Flights in the data: the feed begins again after as many. */
  readonly total: number;
  /** Records acknowledged since this feed was opened. */
  readonly sent: number;
  readonly ratePerSecond: number;
  readonly isPaused: boolean;
  setRate(ratePerSecond: number): void;
  pause(): void;
  resume(): void;
  /** Resolves when the last send has ended, after 3 s where Kafka does not answer; nothing is sent after that. */
  close(): Promise<void>;
}

/** Records of one send: enough to fill a request to each partition, few enough to keep pauses short. */
const batchRecords = 5_000;
const retryMs = { first: 250, longest: 2_000 };
/** How long a feed that closes waits for a Kafka that does not answer. */
const closeMs = 3_000;

/** Sends every flight of the data once, in its order, then returns. */
export async function loadFlights(options: FeedOptions): Promise<LoadResult> {
  const { signal, onProgress, dataDir } = options;
  checkRate(options.ratePerSecond);
  throwIfCancelled(signal);
  const total = await countFlights(dataDir);
  const producer = await openFlightProducer({ ...options, retries: 8 });
  const pacer = openPacer(options);
  const startedMs = performance.now();
  let sent = 0;
  try {
    for await (const flights of batches(readFlights({ dataDir }), pacer)) {
      await producer.send(flights);
      sent += flights.length;
      onProgress?.(sent, total);
    }
    throwIfCancelled(signal);
  } finally {
    pacer.close();
    await producer.close();
  }
  return { sent, seconds: (performance.now() - startedMs) / 1000, schemaId: producer.schemaId, topic: producer.topic };
}

/**
 * Sends flights for ever, starting over at the end of the data. Resolves once the topic and the schema are there.
 *
 * After a restart it goes on about where it stopped: with the flight whose position is the number of records that the topic
 * has ever had, modulo the number of flights. Other writers to the topic shift that, which does no harm. While Kafka is
 * away it says so to `log` and tries again until closed.
 */
export async function openFeed(options: FeedOptions): Promise<Feed> {
  checkRate(options.ratePerSecond);
  throwIfCancelled(options.signal);
  const total = await countFlights(options.dataDir);
  const producer = await openFlightProducer({ ...options, retries: 0 });
  const pacer = openPacer(options);
  const closing = new AbortController();
  let sent = 0;
  let isPaused = false;

  async function run(): Promise<void> {
    for await (const flights of batches(readForEver(producer.sentBefore % total, options.dataDir), pacer)) {
      if (!(await sendUntilDone(producer, flights, closing.signal, options.log))) return;
      sent += flights.length;
      options.onProgress?.(sent, total);
    }
  }
  const running = run().catch((error: unknown) => options.log?.(`the feed ended: ${(error as Error).message}`));

  async function close(): Promise<void> {
    closing.abort();
    pacer.close();
    const ended = running.then(() => producer.close());
    const timeout = new AbortController();
    await Promise.race([ended, sleep(closeMs, undefined, { signal: timeout.signal }).catch(() => undefined)]);
    timeout.abort();
  }
  let closed: Promise<void> | undefined;
  const closeOnce = () => (closed ??= close());
  options.signal?.addEventListener('abort', () => void closeOnce(), { once: true });

  return {
    topic: producer.topic,
    schemaId: producer.schemaId,
    total,
    get sent() {
      return sent;
    },
    get ratePerSecond() {
      return pacer.ratePerSecond;
    },
    get isPaused() {
      return isPaused;
    },
    setRate(ratePerSecond) {
      checkRate(ratePerSecond);
      pacer.setRate(ratePerSecond);
    },
    pause() {
      isPaused = true;
      pacer.pause();
    },
    resume() {
      isPaused = false;
      pacer.resume();
    },
    close: closeOnce,
  };
}

/** The flights in groups of what the pacer allows; ends with the flights or when the pacer is closed. */
async function* batches(source: AsyncIterable<readonly Flight[]>, pacer: Pacer): AsyncGenerator<readonly Flight[]> {
  for await (const chunk of source) {
    let from = 0;
    while (from < chunk.length) {
      const count = await pacer.take(Math.min(batchRecords, chunk.length - from));
      if (count === 0) return;
      yield chunk.slice(from, from + count);
      from += count;
    }
  }
}

async function* readForEver(from: number, dataDir: string | undefined): AsyncGenerator<readonly Flight[]> {
  yield* readFlights({ dataDir, from, chunk: batchRecords });
  while (true) yield* readFlights({ dataDir, chunk: batchRecords });
}

/** False where it was aborted before Kafka took the records. */
async function sendUntilDone(
  producer: FlightProducer,
  flights: readonly Flight[],
  aborted: AbortSignal,
  log: ((line: string) => void) | undefined,
): Promise<boolean> {
  let waitMs = retryMs.first;
  while (!aborted.aborted) {
    try {
      await producer.send(flights);
      return true;
    } catch (error) {
      if (!aborted.aborted) log?.(`the feed waits ${waitMs} ms: ${(error as Error).message}`);
    }
    await sleep(waitMs, undefined, { signal: aborted }).catch(() => undefined);
    waitMs = Math.min(waitMs * 2, retryMs.longest);
  }
  return false;
}

function openPacer({ ratePerSecond = Number.POSITIVE_INFINITY, signal }: FeedOptions): Pacer {
  const pacer = createPacer(ratePerSecond);
  signal?.addEventListener('abort', () => pacer.close(), { once: true });
  return pacer;
}

function checkRate(ratePerSecond: number | undefined): void {
  if (ratePerSecond === undefined || ratePerSecond >= 0) return;
  throw new WorkbenchError('INVALID_INPUT', `a feed can't send ${ratePerSecond} records a second`, {
    nextStep: 'Give a number from 0 up.',
  });
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new WorkbenchError('CANCELLED', 'the load was cancelled');
}
