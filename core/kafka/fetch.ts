/**
 * Reads one topic as raw record batches: the engine's and the search's way into Kafka.
 *
 * One connection and one request at a time for each broker; the next request leaves as soon as the answer before is in,
 * as long as the bytes not yet taken stay within `bufferBytes`. A broker that is away, a leader that moves and a lost
 * connection are told through `onTrouble` and tried again without end; what only a person can decide fails `next()`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { BrokerConnection } from './broker-connection.ts';
import type { Cluster, TopicMetadata } from './connect.ts';
import { brokerErrorName, isStaleMetadata, rejection } from './error.ts';
import { bytesOfFirstBatch, isDone, type Position, wholeBatches } from './fetch-position.ts';
import { listOffsets } from './offsets.ts';
import {
  type FetchedPartition,
  type FetchResponse,
  fetchApiKey,
  fetchVersions,
  parseFetchResponse,
  writeFetchRequest,
} from './protocol/fetch-request.ts';
import type { AbortedTransaction, LoadOptions } from './protocol/record-batch.ts';

/** Whole record batches of one partition, to be walked with `cursor.load(chunk.records, 0, chunk.records.length, loadOptions(chunk))`. */
export interface FetchedChunk {
  readonly topic: string;
  readonly partition: number;
  readonly records: Buffer;
  readonly highWatermark: bigint;
  /** Records before it, in the same batch, do not count. */
  readonly fetchOffset: bigint;
  /** Where to go on after this chunk, also when its last records are control records or were compacted away. */
  readonly nextOffset: bigint;
  /** Records from here on do not count. */
  readonly stopAt: bigint | undefined;
  readonly aborted: readonly AbortedTransaction[];
}

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

export function loadOptions(chunk: FetchedChunk): LoadOptions {
  return {
    from: Number(chunk.fetchOffset),
    until: chunk.stopAt === undefined ? Number.POSITIVE_INFINITY : Number(chunk.stopAt),
    aborted: chunk.aborted,
    origin: `${chunk.topic}, partition ${chunk.partition}`,
  };
}

const megabyte = 1 << 20;
const firstBackOffMs = 100;
const longestBackOffMs = 5_000;
/** A broker that answers a long poll at once without data must not make us spin. */
const hastyMs = 5;
const hastyPauseMs = 20;

type Queued = { readonly chunks: FetchedChunk[] } | { readonly error: WorkbenchError };

class TopicFetcher implements Fetcher {
  readonly #options: FetchOptions;
  readonly #maxBytes: number;
  readonly #bufferBytes: number;
  readonly #positions = new Map<number, Position>();
  readonly #highWatermarks = new Map<number, bigint>();
  readonly #queue: Queued[] = [];
  readonly #brokerLoops = new Map<number, Promise<void>>();
  /** Failed tries in a row, by what failed; the most patient one sets the pause before the next metadata refresh. */
  readonly #attempts = new Map<string, number>();
  readonly #ending = new AbortController();
  #bufferedBytes = 0;
  #answers = 0;
  #topicId: string | undefined;
  #assigning: Promise<void> | undefined;
  #changed = Promise.withResolvers<void>();

  constructor(options: FetchOptions) {
    this.#options = options;
    this.#maxBytes = options.maxBytes ?? 8 * megabyte;
    this.#bufferBytes = Math.max(this.#maxBytes, options.bufferBytes ?? 32 * megabyte);
    const share = Math.max(megabyte, Math.floor(this.#maxBytes / Math.max(1, options.positions.size)));
    for (const [partition, offset] of options.positions) {
      this.#positions.set(partition, {
        partition,
        offset,
        stopAt: options.stopAt?.get(partition),
        generation: 0,
        isPaused: false,
        isFailed: false,
        leader: undefined,
        leaderEpoch: -1,
        maxBytes: options.partitionMaxBytes ?? share,
        servedAt: 0,
      });
    }
    for (const signal of [options.signal, options.cluster.closed]) {
      if (signal.aborted) this.#end();
      else signal.addEventListener('abort', this.#end, { once: true });
    }
    this.#assign();
  }

  async next(): Promise<FetchedChunk[] | undefined> {
    for (;;) {
      if (this.#isEnded) return undefined;
      const item = this.#queue.shift();
      if (item === undefined) {
        if (this.#isComplete) return undefined;
        await this.#changed.promise;
        continue;
      }
      if ('error' in item) throw item.error;
      this.#bufferedBytes -= bytesOf(item.chunks);
      this.#notify();
      return item.chunks;
    }
  }

  seek(partition: number, offset: bigint): void {
    const position = this.#position(partition);
    this.#drop(position);
    position.offset = offset;
    position.isFailed = false;
    this.#notify();
  }

  pause(partitions: Iterable<number>): void {
    for (const partition of partitions) {
      const position = this.#position(partition);
      if (position.isPaused) continue;
      position.isPaused = true;
      this.#drop(position);
    }
    this.#notify();
  }

  resume(partitions: Iterable<number>): void {
    for (const partition of partitions) this.#position(partition).isPaused = false;
    this.#notify();
  }

  highWatermarks(): ReadonlyMap<number, bigint> {
    return this.#highWatermarks;
  }

  async close(): Promise<void> {
    this.#end();
    await Promise.all([...this.#brokerLoops.values(), this.#assigning]);
  }

  get #isEnded(): boolean {
    return this.#ending.signal.aborted;
  }

  get #isComplete(): boolean {
    return this.#positions.values().every(isDone);
  }

  readonly #end = (): void => {
    for (const signal of [this.#options.signal, this.#options.cluster.closed])
      signal.removeEventListener('abort', this.#end);
    this.#ending.abort();
    this.#queue.length = 0;
    this.#bufferedBytes = 0;
    this.#notify();
  };

  #position(partition: number): Position {
    const position = this.#positions.get(partition);
    if (position !== undefined) return position;
    throw new WorkbenchError('INVALID_INPUT', `Partition ${partition} of ${this.#options.topic} is not being read.`, {
      object: this.#options.topic,
    });
  }

  /** Wakes whoever waits for records, for room, or for something to fetch. */
  #notify(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }

  #drop(position: Position): void {
    position.generation += 1;
    for (let index = 0; index < this.#queue.length; index++) {
      const item = this.#queue[index];
      if (item === undefined || 'error' in item) continue;
      const mine = item.chunks.find((chunk) => chunk.partition === position.partition);
      if (mine === undefined) continue;
      if (mine.fetchOffset < position.offset) position.offset = mine.fetchOffset;
      this.#bufferedBytes -= mine.records.length;
      const others = item.chunks.filter((chunk) => chunk !== mine);
      if (others.length > 0) this.#queue[index] = { chunks: others };
      else this.#queue.splice(index--, 1);
    }
  }

  // Who leads which partition

  #assign(): void {
    this.#assigning ??= this.#assignAll().finally(() => {
      this.#assigning = undefined;
    });
  }

  async #assignAll(): Promise<void> {
    for (let isFirst = true; !this.#isEnded && this.#orphans().length > 0; isFirst = false) {
      try {
        await this.#backOff();
        const { cluster, topic } = this.#options;
        const isFresh = isFirst && this.#attempts.size === 0;
        this.#lead(isFresh ? await cluster.topic(topic) : await cluster.refreshTopic(topic));
        this.#attempts.delete('metadata');
      } catch (error) {
        this.#troubled('metadata', error);
      }
    }
  }

  #orphans(): Position[] {
    return [...this.#positions.values()].filter((one) => one.leader === undefined && !one.isFailed && !isDone(one));
  }

  #lead(topic: TopicMetadata): void {
    if (this.#topicId !== undefined && topic.id !== this.#topicId) {
      this.#failAll(this.#createdAnew());
      return;
    }
    this.#topicId = topic.id;
    for (const position of this.#orphans()) {
      const found = topic.partitions[position.partition];
      if (found === undefined || found.leader < 0) {
        this.#troubled(`partition ${position.partition}`, this.#leaderless(position.partition, found !== undefined));
        continue;
      }
      position.leader = found.leader;
      position.leaderEpoch = found.leaderEpoch;
    }
    this.#startLoops();
    this.#notify();
  }

  #startLoops(): void {
    for (const { leader } of this.#positions.values()) {
      if (leader === undefined || this.#brokerLoops.has(leader)) continue;
      const loop = this.#runBroker(leader).finally(() => {
        this.#brokerLoops.delete(leader);
        if (this.#isEnded) return;
        // Some partitions may have come back to this broker while its loop was ending.
        this.#startLoops();
        this.#assign();
      });
      this.#brokerLoops.set(leader, loop);
    }
  }

  /** Marks the partitions as without a leader; `#assign` finds the new one, or the same again. */
  #unlead(positions: Iterable<Position>): void {
    for (const position of positions) position.leader = undefined;
  }

  async #backOff(): Promise<void> {
    const most = Math.max(0, ...this.#attempts.values());
    if (most === 0) return;
    const pauseMs = Math.min(longestBackOffMs, firstBackOffMs * 2 ** (most - 1));
    await delay(pauseMs * (0.8 + Math.random() * 0.4), undefined, { signal: this.#ending.signal }).catch(() => {});
  }

  // One broker

  async #runBroker(nodeId: number): Promise<void> {
    const mine = (): Position[] => [...this.#positions.values()].filter((one) => one.leader === nodeId);
    let connection: BrokerConnection | undefined;
    const end = (): void => void connection?.close();
    this.#ending.signal.addEventListener('abort', end, { once: true });
    try {
      while (!this.#isEnded && mine().length > 0) {
        const wanted = mine().filter((one) => !one.isPaused && !one.isFailed && !isDone(one));
        if (wanted.length === 0 || !this.#hasRoom()) {
          await this.#changed.promise;
          continue;
        }
        connection ??= await this.#options.cluster.openConnection(nodeId, this.#ending.signal);
        await this.#fetchOnce(connection, wanted);
        this.#attempts.delete(`broker ${nodeId}`);
      }
    } catch (error) {
      this.#unlead(mine());
      if (!this.#isEnded) this.#troubled(`broker ${nodeId}`, error);
    } finally {
      this.#ending.signal.removeEventListener('abort', end);
      await connection?.close();
    }
  }

  #hasRoom(): boolean {
    if (this.#bufferedBytes === 0) return true;
    return this.#bufferedBytes + this.#maxBytes * this.#brokerLoops.size <= this.#bufferBytes;
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
    if (chunks.length > 0) {
      this.#bufferedBytes += bytesOf(chunks);
      this.#queue.push({ chunks });
    }
    for (const [answer, position] of refused) await this.#refused(answer, position);
    this.#notify();
    const isHasty = !isMoving && performance.now() - startedAt < hastyMs;
    if (isHasty) await delay(hastyPauseMs, undefined, { signal: this.#ending.signal }).catch(() => {});
  }

  #request(connection: BrokerConnection, wanted: readonly Position[]): Promise<FetchResponse> {
    const { topic, maxWaitMs = 500, minBytes = 1, isolation = 'read_committed' } = this.#options;
    const highest = this.#topicId === undefined ? fetchVersions.firstWithTopicId - 1 : fetchVersions.max;
    const version = connection.version(fetchApiKey, fetchVersions.min, highest);
    if (version === undefined) throw this.#tooOld(connection.address);
    const request = {
      topic,
      topicId: this.#topicId,
      maxWaitMs,
      minBytes,
      maxBytes: Math.max(this.#maxBytes, ...wanted.map((position) => position.maxBytes)),
      isReadCommitted: isolation === 'read_committed',
      partitions: wanted.map(({ partition, leaderEpoch, offset, maxBytes }) => ({
        partition,
        leaderEpoch,
        offset,
        maxBytes,
      })),
    };
    return connection.send(
      {
        apiKey: fetchApiKey,
        version,
        isFlexible: version >= fetchVersions.firstFlexible,
        write: () => writeFetchRequest(request, version),
        parse: (_id, _key, _version, reader) => parseFetchResponse(reader, version),
      },
      topic,
    );
  }

  /** Moves the position; the chunk to hand out, if the answer has whole batches. */
  #accept(answer: FetchedPartition, position: Position): FetchedChunk | undefined {
    const { topic } = this.#options;
    const { partition } = position;
    this.#attempts.delete(`partition ${partition}`);
    this.#highWatermarks.set(partition, answer.highWatermark);
    const { length, nextOffset } = wholeBatches(answer.records, position, `${topic}, partition ${partition}`);
    const fetchOffset = position.offset;
    position.offset = nextOffset;
    if (length === 0) {
      const isPartial = answer.records.length > 0 && nextOffset === fetchOffset;
      if (isPartial) position.maxBytes = Math.max(position.maxBytes, bytesOfFirstBatch(answer.records));
      return undefined;
    }
    position.servedAt = ++this.#answers;
    return {
      topic,
      partition,
      records: answer.records.subarray(0, length),
      highWatermark: answer.highWatermark,
      fetchOffset,
      nextOffset,
      stopAt: position.stopAt,
      aborted: answer.aborted,
    };
  }

  // What went wrong

  async #refused(answer: FetchedPartition, position: Position): Promise<void> {
    const name = brokerErrorName(answer.errorCode);
    const object = `${this.#options.topic}, partition ${position.partition}`;
    if (name === 'OFFSET_OUT_OF_RANGE') {
      position.isFailed = true;
      this.#queue.push({ error: await this.#outOfRange(position, object) });
      return;
    }
    const error = rejection(answer.errorCode, object);
    if (isStaleMetadata(name) || error.retryable) {
      this.#unlead([position]);
      this.#troubled(`partition ${position.partition}`, error);
      this.#assign();
      return;
    }
    position.isFailed = true;
    this.#queue.push({ error });
  }

  async #outOfRange(position: Position, object: string): Promise<WorkbenchError> {
    const { cluster, topic } = this.#options;
    const only = [position.partition];
    const range = await Promise.all([
      listOffsets(cluster, topic, 'earliest', { partitions: only }),
      listOffsets(cluster, topic, 'latest', { partitions: only, isolation: 'read_uncommitted' }),
    ]).catch(() => undefined);
    const [earliest, latest] = (range ?? []).map((offsets) => offsets.get(position.partition));
    const known = range === undefined ? '' : ` It holds offsets ${earliest} to ${latest} (the next to be written).`;
    return new WorkbenchError('KAFKA_REJECTED', `${object} has no offset ${position.offset}.${known}`, {
      object,
      nextStep: 'Records may have expired before they were read. Choose an offset within the range to go on from.',
    });
  }

  /** Told and tried again, unless only a person can help. */
  #troubled(what: string, cause: unknown): void {
    const error =
      cause instanceof WorkbenchError
        ? cause
        : new WorkbenchError('INTERNAL', `Fetching ${this.#options.topic}: ${String(cause)}`, { cause });
    const isForGood = !error.retryable;
    if (isForGood) {
      this.#failAll(error);
      return;
    }
    this.#attempts.set(what, (this.#attempts.get(what) ?? 0) + 1);
    this.#options.onTrouble?.(error);
  }

  #failAll(error: WorkbenchError): void {
    for (const position of this.#positions.values()) position.isFailed = true;
    this.#queue.push({ error });
    this.#notify();
  }

  #createdAnew(): WorkbenchError {
    const { topic } = this.#options;
    return new WorkbenchError(
      'KAFKA_REJECTED',
      `Topic ${topic} was deleted and created again: its offsets mean other records now.`,
      {
        object: topic,
        nextStep: 'Start again from the beginning of the new topic.',
      },
    );
  }

  #leaderless(partition: number, isKnown: boolean): WorkbenchError {
    const { topic } = this.#options;
    const what = isKnown ? 'has no leader at the moment' : 'does not exist';
    return new WorkbenchError('KAFKA_REJECTED', `Partition ${partition} of ${topic} ${what}.`, {
      object: topic,
      retryable: true,
      nextStep: isKnown ? 'Check that all brokers of the cluster run.' : 'Check the number of partitions of the topic.',
    });
  }

  #tooOld(address: string): WorkbenchError {
    return new WorkbenchError(
      'UNSUPPORTED',
      `The Kafka broker at ${address} does not offer Fetch in version 11 to 13.`,
      {
        object: address,
        nextStep: 'Use a cluster of Kafka 2.4 or newer.',
      },
    );
  }
}

function bytesOf(chunks: readonly FetchedChunk[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.records.length, 0);
}
