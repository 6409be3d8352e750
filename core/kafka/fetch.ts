/**
 * Reads one topic as raw record batches: the engine's and the search's way into Kafka.
 *
 * One connection and one request at a time for each broker; the next request leaves as soon as the answer before is in,
 * as long as the bytes not yet taken stay within `bufferBytes`. A broker that is away, a leader that moves and a lost
 * connection are told through `onTrouble` and tried again without end; what only a person can decide fails `next()`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { WorkbenchError } from '#core/contract/errors.ts';
import type { BrokerConnection } from './broker-connection.ts';
import type { Cluster } from './connect.ts';
import { brokerErrorName, isStaleMetadata, rejection } from './error.ts';
import { Leaders } from './fetch-leaders.ts';
import { accept, isWanted, type Position, Positions, startAt } from './fetch-position.ts';
import { type FetchedChunk, FetchQueue } from './fetch-queue.ts';
import { aboutBroker, aboutPartition, asWorkbenchError, outOfRange, Troubles } from './fetch-trouble.ts';
import type { FetchedPartition, FetchResponse } from './protocol/fetch-request.ts';
import { sendFetch } from './send-fetch.ts';

export { type FetchedChunk, loadOptions } from './fetch-queue.ts';

export interface FetchOptions {
  readonly cluster: Cluster;
  readonly topic: string;
  /** Partition to the first offset wanted. */
  readonly positions: ReadonlyMap<number, bigint>;
  /** Of one answer: 8 MB. A single larger batch still arrives. */
  readonly maxBytes?: number;
  /** Of one partition in one answer: its share of `maxBytes`, at least 1 MB. */
  readonly partitionMaxBytes?: number;
  readonly minBytes?: number;
  readonly maxWaitMs?: number;
  /** Fetched and not yet taken by `next()`, at most: 32 MB. */
  readonly bufferBytes?: number;
  /** `read_committed` leaves out rolled back transactions and waits for open ones. */
  readonly isolation?: 'read_committed' | 'read_uncommitted';
  readonly signal: AbortSignal;
  /** Partition to the offset before which to end; with one for every partition `next()` ends by itself. */
  readonly stopAt?: ReadonlyMap<number, bigint>;
  /** Called on each failed try of what goes on by itself. */
  readonly onTrouble?: (error: WorkbenchError) => void;
  /** Nothing is in trouble any more. */
  readonly onRecovered?: () => void;
}

export interface Fetcher {
  /**
   * The chunks of one answer, as soon as there is one with data; undefined when aborted, closed, or at every `stopAt`.
   * Rejects with KAFKA_REJECTED for an offset that is gone (then `seek`, the other partitions go on), a topic that was
   * created anew, and with KAFKA_AUTH.
   */
  next(): Promise<FetchedChunk[] | undefined>;
  /** What was fetched of the partition and not yet taken is dropped. */
  seek(partition: number, offset: bigint): void;
  /** What was fetched and not yet taken is dropped, and fetched again after `resume`. */
  pause(partitions: Iterable<number>): void;
  resume(partitions: Iterable<number>): void;
  /** As of the last answer; a partition not heard of yet is missing. */
  highWatermarks(): ReadonlyMap<number, bigint>;
  close(): Promise<void>;
}

export function openFetcher(options: FetchOptions): Fetcher {
  return new TopicFetcher(options);
}

const megabyte = 1 << 20;
/** A broker that answers a long poll at once without data must not make us spin. */
const hastyMs = 5;
const hastyPauseMs = 20;

class TopicFetcher implements Fetcher {
  readonly #options: FetchOptions;
  readonly #maxBytes: number;
  readonly #bufferBytes: number;
  readonly #positions: Positions;
  readonly #highWatermarks = new Map<number, bigint>();
  readonly #queue = new FetchQueue();
  readonly #brokerLoops = new Map<number, Promise<void>>();
  readonly #troubles: Troubles;
  readonly #ending = new AbortController();
  readonly #leaders: Leaders;
  #answers = 0;
  #changed = Promise.withResolvers<void>();

  constructor(options: FetchOptions) {
    this.#options = options;
    this.#maxBytes = options.maxBytes ?? 8 * megabyte;
    this.#bufferBytes = Math.max(this.#maxBytes, options.bufferBytes ?? 32 * megabyte);
    const share = Math.max(megabyte, Math.floor(this.#maxBytes / Math.max(1, options.positions.size)));
    const positions = [...options.positions].map(([partition, offset]) =>
      startAt(partition, offset, options.stopAt?.get(partition), options.partitionMaxBytes ?? share),
    );
    this.#positions = new Positions(options.topic, positions);
    this.#troubles = new Troubles(options);
    this.#leaders = new Leaders({
      cluster: options.cluster,
      topic: options.topic,
      positions: this.#positions,
      troubles: this.#troubles,
      signal: this.#ending.signal,
      onFound: () => {
        this.#startLoops();
        this.#notify();
      },
      onTrouble: (what, error) => this.#troubled(what, error),
    });
    for (const signal of [options.signal, options.cluster.closed]) {
      if (signal.aborted) this.#end();
      else signal.addEventListener('abort', this.#end, { once: true });
    }
    this.#leaders.find();
  }

  async next(): Promise<FetchedChunk[] | undefined> {
    for (;;) {
      if (this.#isEnded) return undefined;
      const chunks = this.#queue.take();
      if (chunks !== undefined) {
        this.#notify();
        return chunks;
      }
      if (this.#positions.isComplete) return undefined;
      await this.#changed.promise;
    }
  }

  seek(partition: number, offset: bigint): void {
    const position = this.#positions.get(partition);
    this.#drop(position);
    position.offset = offset;
    position.isFailed = false;
    this.#leaders.find();
    this.#notify();
  }

  pause(partitions: Iterable<number>): void {
    for (const partition of partitions) {
      const position = this.#positions.get(partition);
      if (position.isPaused) continue;
      position.isPaused = true;
      this.#drop(position);
    }
    this.#notify();
  }

  resume(partitions: Iterable<number>): void {
    for (const partition of partitions) this.#positions.get(partition).isPaused = false;
    this.#notify();
  }

  highWatermarks(): ReadonlyMap<number, bigint> {
    return this.#highWatermarks;
  }

  async close(): Promise<void> {
    this.#end();
    await Promise.all([...this.#brokerLoops.values(), this.#leaders.settled()]);
  }

  get #isEnded(): boolean {
    return this.#ending.signal.aborted;
  }

  readonly #end = (): void => {
    this.#options.signal.removeEventListener('abort', this.#end);
    this.#options.cluster.closed.removeEventListener('abort', this.#end);
    this.#ending.abort();
    this.#queue.clear();
    this.#notify();
  };

  /** Wakes whoever waits for records, for room, or for something to fetch. */
  #notify(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }

  #drop(position: Position): void {
    position.generation += 1;
    position.offset = this.#queue.drop(position.partition) ?? position.offset;
  }

  #startLoops(): void {
    for (const leader of this.#positions.leaders()) {
      if (this.#brokerLoops.has(leader)) continue;
      const loop = this.#runBroker(leader).finally(() => {
        this.#brokerLoops.delete(leader);
        if (this.#isEnded) return;
        // Some partitions may have come back to this broker while its loop was ending.
        this.#startLoops();
        this.#leaders.find();
      });
      this.#brokerLoops.set(leader, loop);
    }
  }

  async #runBroker(nodeId: number): Promise<void> {
    const mine = (): Position[] => this.#positions.ledBy(nodeId);
    let connection: BrokerConnection | undefined;
    const end = (): void => void connection?.close();
    this.#ending.signal.addEventListener('abort', end, { once: true });
    try {
      while (!this.#isEnded && mine().length > 0) {
        const wanted = mine().filter(isWanted);
        if (wanted.length === 0 || !this.#hasRoom()) {
          await this.#changed.promise;
          continue;
        }
        connection ??= await this.#options.cluster.openConnection(nodeId, this.#ending.signal);
        await this.#fetchOnce(connection, wanted);
        this.#troubles.recovered(aboutBroker(nodeId));
      }
    } catch (error) {
      // `#leaders` finds the new one, or the same again.
      for (const position of mine()) position.leader = undefined;
      if (!this.#isEnded) this.#troubled(aboutBroker(nodeId), error);
    } finally {
      this.#ending.signal.removeEventListener('abort', end);
      await connection?.close();
    }
  }

  #hasRoom(): boolean {
    if (this.#queue.bytes === 0) return true;
    return this.#queue.bytes + this.#maxBytes * this.#brokerLoops.size <= this.#bufferBytes;
  }

  async #fetchOnce(connection: BrokerConnection, wanted: Position[]): Promise<void> {
    wanted.sort((a, b) => a.servedAt - b.servedAt);
    const generations = wanted.map((position) => position.generation);
    const startedAt = performance.now();
    const response = await this.#request(connection, wanted);
    if (this.#isEnded) return;
    if (response.errorCode !== 0) throw rejection(response.errorCode, connection.address);
    const byPartition = new Map(response.partitions.map((one) => [one.partition, one]));
    const chunks: FetchedChunk[] = [];
    const refused: Array<[FetchedPartition, Position]> = [];
    let isMoving = false;
    for (const [index, position] of wanted.entries()) {
      const answer = byPartition.get(position.partition);
      if (answer === undefined || position.generation !== generations[index]) continue;
      isMoving ||= answer.records.length > 0 || answer.errorCode !== 0;
      const chunk = answer.errorCode === 0 ? this.#accept(answer, position) : undefined;
      if (chunk !== undefined) chunks.push(chunk);
      if (answer.errorCode !== 0) refused.push([answer, position]);
    }
    this.#queue.push(chunks);
    for (const [answer, position] of refused) await this.#refused(answer, position);
    this.#notify();
    const isHasty = !isMoving && performance.now() - startedAt < hastyMs;
    if (isHasty) await delay(hastyPauseMs, undefined, { signal: this.#ending.signal }).catch(() => {});
  }

  #request(connection: BrokerConnection, wanted: readonly Position[]): Promise<FetchResponse> {
    const { topic, maxWaitMs = 500, minBytes = 1, isolation = 'read_committed' } = this.#options;
    return sendFetch(connection, {
      topic,
      topicId: this.#leaders.topicId,
      maxWaitMs,
      minBytes,
      maxBytes: Math.max(this.#maxBytes, ...wanted.map((position) => position.maxBytes)),
      isReadCommitted: isolation === 'read_committed',
      partitions: wanted,
    });
  }

  #accept(answer: FetchedPartition, position: Position): FetchedChunk | undefined {
    this.#troubles.succeeded(aboutPartition(position.partition));
    this.#highWatermarks.set(position.partition, answer.highWatermark);
    const chunk = accept(this.#options.topic, position, answer);
    if (chunk !== undefined) position.servedAt = ++this.#answers;
    return chunk;
  }

  async #refused(answer: FetchedPartition, position: Position): Promise<void> {
    const { cluster, topic } = this.#options;
    const name = brokerErrorName(answer.errorCode);
    if (name === 'OFFSET_OUT_OF_RANGE') {
      position.isFailed = true;
      this.#queue.fail(await outOfRange(cluster, topic, position));
      return;
    }
    const error = rejection(answer.errorCode, `${topic}, partition ${position.partition}`);
    if (isStaleMetadata(name) || error.retryable) {
      position.leader = undefined;
      this.#troubles.tell(aboutPartition(position.partition), error);
      this.#leaders.find();
      return;
    }
    position.isFailed = true;
    this.#queue.fail(error);
  }

  /** Told and tried again, unless only a person can help. */
  #troubled(what: string, cause: unknown): void {
    const error = asWorkbenchError(cause, this.#options.topic);
    if (error.retryable) this.#troubles.tell(what, error);
    else this.#failAll(error);
  }

  #failAll(error: WorkbenchError): void {
    for (const position of this.#positions.all()) position.isFailed = true;
    this.#queue.fail(error);
    this.#notify();
  }
}
