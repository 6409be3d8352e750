/**
 * A small producer for few records that matter: dead letters, edits, tests. Waits for all replicas, keeps the bytes.
 *
 * Tries again by itself for `deliveryTimeoutMs`; sequence numbers let the broker drop what a repeated try had written
 * already. What is sent again by a later call can stand twice.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { initProducerIdV3, initProducerIdV4, initProducerIdV5, murmur2 } from '@platformatic/kafka';
import { toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import { newestFirst } from './broker-connection.ts';
import type { Cluster } from './connect.ts';
import { ConnectionPool } from './connection-pool.ts';
import { brokerErrorName, isStaleMetadata, rejection } from './error.ts';
import type { Codec } from './protocol/compression.ts';
import {
  type PartitionBatch,
  type ProducedPartition,
  parseProduceResponse,
  produceApiKey,
  produceVersions,
  writeProduceRequest,
} from './protocol/produce-request.ts';
import { type RecordToWrite, recordBytes, writeRecordBatch } from './protocol/record-batch-writer.ts';

export interface ProducerRecord {
  /** Chosen from the key as Java's clients do when left out; one after the other without a key. */
  readonly partition?: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** In order; names may repeat. */
  readonly headers?: ReadonlyArray<{ readonly name: string; readonly value: Uint8Array | null }>;
  /** Now when left out. */
  readonly timestampMs?: number;
}

export interface ProducerOptions {
  readonly codec?: Codec;
  /** A batch ends before it would pass this; a single larger record makes a batch of its own. */
  readonly batchBytes?: number;
  readonly deliveryTimeoutMs?: number;
}

/** Records of one batch, one offset after the other. */
export interface WrittenBatch {
  readonly partition: number;
  /** Undefined where the broker had it from an earlier try and does not say. */
  readonly firstOffset: bigint | undefined;
  readonly records: number;
}

export interface Producer {
  /** Resolves when all replicas in sync have every record, with where they are. Records of one partition keep their order. */
  send(topic: string, records: readonly ProducerRecord[]): Promise<readonly WrittenBatch[]>;
  /** Waits for what is being sent, then closes its connections. */
  close(): Promise<void>;
}

export function openProducer(cluster: Cluster, options: ProducerOptions = {}): Producer {
  return new ClusterProducer(cluster, options);
}

interface Identity {
  readonly id: bigint;
  readonly epoch: number;
  /** "topic/partition" to the next sequence number. */
  readonly sequences: Map<string, number>;
}

type Failures = Map<number, WorkbenchError>;

const pauseMs = 100;
const longestPauseMs = 1_000;
/** How long a broker waits for the replicas. */
const acknowledgedMs = 15_000;
const idApis = newestFirst(initProducerIdV5.api, initProducerIdV4.api, initProducerIdV3.api);
const noIdentity: Identity = { id: -1n, epoch: -1, sequences: new Map() };

class ClusterProducer implements Producer {
  readonly #cluster: Cluster;
  readonly #options: ProducerOptions;
  /** Of its own: a broker answers in order, and an acknowledgement that waits for a replica would hold up all metadata. */
  readonly #connections = new ConnectionPool<number>();
  #identity: Promise<Identity> | undefined;
  #sending: Promise<unknown> = Promise.resolve();
  /** Of the `send` under way. */
  #written: WrittenBatch[] = [];
  #roundRobin = 0;

  constructor(cluster: Cluster, options: ProducerOptions) {
    this.#cluster = cluster;
    this.#options = options;
  }

  send(topic: string, records: readonly ProducerRecord[]): Promise<readonly WrittenBatch[]> {
    const sent = this.#sending.then(() => this.#sendAll(topic, records));
    this.#sending = sent.catch(() => {});
    return sent;
  }

  async close(): Promise<void> {
    await this.#sending;
    await this.#connections.close();
  }

  async #sendAll(topic: string, records: readonly ProducerRecord[]): Promise<readonly WrittenBatch[]> {
    this.#written = [];
    const { partitions } = await this.#cluster.topic(topic);
    const byPartition = Map.groupBy(records, (record) => this.#partitionOf(record, partitions.length));
    const waiting = new Map([...byPartition].map(([partition, some]) => [partition, this.#cut(some)]));
    while (waiting.size > 0) {
      const round = new Map([...waiting].map(([partition, batches]) => [partition, batches.shift() ?? []]));
      await this.#sendRound(topic, round);
      for (const [partition, batches] of waiting) if (batches.length === 0) waiting.delete(partition);
    }
    return this.#written;
  }

  #partitionOf(record: ProducerRecord, count: number): number {
    if (record.partition !== undefined) return record.partition;
    if (record.key === null) return this.#roundRobin++ % count;
    return (murmur2(Buffer.from(record.key)) & 0x7fff_ffff) % count;
  }

  #cut(records: readonly ProducerRecord[]): RecordToWrite[][] {
    const { batchBytes = 900_000 } = this.#options;
    const batches: RecordToWrite[][] = [];
    let bytes = Number.POSITIVE_INFINITY;
    for (const record of records) {
      const whole = {
        key: record.key,
        value: record.value,
        headers: record.headers ?? [],
        timestampMs: record.timestampMs ?? Date.now(),
      };
      const size = recordBytes(whole);
      if (bytes + size > batchBytes) {
        batches.push([]);
        bytes = 0;
      }
      batches.at(-1)?.push(whole);
      bytes += size;
    }
    return batches;
  }

  /** One batch for each partition, tried until all are written. */
  async #sendRound(topic: string, round: Map<number, RecordToWrite[]>): Promise<void> {
    const { deliveryTimeoutMs = 30_000 } = this.#options;
    const deadline = Date.now() + deliveryTimeoutMs;
    for (let tries = 0; ; tries++) {
      const failures = await this.#tryRound(topic, round);
      if (failures.size === 0) return;
      const worst = failures.values().find((error) => !error.retryable) ?? failures.values().next().value;
      const isOver = Date.now() > deadline || this.#cluster.closed.aborted;
      if (worst !== undefined && (!worst.retryable || isOver)) {
        // Whether the last try was written is unknown: with a new id nothing after it can be taken for a repetition.
        this.#identity = undefined;
        throw worst;
      }
      await delay(Math.min(longestPauseMs, pauseMs * 2 ** tries));
      await this.#cluster.refreshTopic(topic).catch(() => {});
    }
  }

  /** Takes the partitions that were written out of `round`; returns why the others were not. */
  async #tryRound(topic: string, round: Map<number, RecordToWrite[]>): Promise<Failures> {
    const failures: Failures = new Map();
    const refuse = (partitions: Iterable<number>, error: unknown): void => {
      const reason =
        error instanceof WorkbenchError ? error : new WorkbenchError('INTERNAL', String(error), { cause: error });
      for (const partition of partitions) failures.set(partition, reason);
    };
    try {
      const identity = await this.#identify();
      const metadata = await this.#cluster.topic(topic);
      const byLeader = Map.groupBy(round.keys(), (partition) => leaderOf(metadata.partitions, partition));
      await Promise.all(
        byLeader.entries().map(async ([leader, partitions]) => {
          const batches = partitions.map((partition) =>
            this.#batch(identity, topic, partition, round.get(partition) ?? []),
          );
          const answers = await this.#request(leader, topic, batches).catch((error) => refuse(partitions, error));
          for (const answer of answers ?? []) {
            const error = this.#settle(answer, identity, topic, round);
            if (error !== undefined) refuse([answer.partition], error);
          }
        }),
      );
    } catch (error) {
      refuse(round.keys(), error);
    }
    return failures;
  }

  #batch(identity: Identity, topic: string, partition: number, records: readonly RecordToWrite[]): PartitionBatch {
    const isNumbered = identity !== noIdentity;
    const batch = writeRecordBatch(records, {
      codec: this.#options.codec ?? 'none',
      producerId: identity.id,
      producerEpoch: identity.epoch,
      baseSequence: isNumbered ? (identity.sequences.get(`${topic}/${partition}`) ?? 0) : -1,
    });
    return { partition, batch };
  }

  async #request(leader: number, topic: string, batches: readonly PartitionBatch[]): Promise<ProducedPartition[]> {
    const connection = await this.#connections.get(leader, () => this.#cluster.openConnection(leader));
    return connection.send(
      {
        apiKey: produceApiKey,
        versions: produceVersions,
        write: (version) => writeProduceRequest(topic, batches, acknowledgedMs, version),
        parse: parseProduceResponse,
      },
      topic,
    );
  }

  #settle(
    answer: ProducedPartition,
    identity: Identity,
    topic: string,
    round: Map<number, RecordToWrite[]>,
  ): WorkbenchError | undefined {
    const name = brokerErrorName(answer.errorCode);
    const { partition } = answer;
    if (answer.errorCode === 0 || name === 'DUPLICATE_SEQUENCE_NUMBER') {
      const written = round.get(partition)?.length ?? 0;
      const key = `${topic}/${partition}`;
      // Sequence numbers wrap after the largest int32.
      identity.sequences.set(key, ((identity.sequences.get(key) ?? 0) + written) % 2 ** 31);
      round.delete(partition);
      const firstOffset = answer.baseOffset < 0n ? undefined : answer.baseOffset;
      this.#written.push({ partition, firstOffset, records: written });
      return undefined;
    }
    if (lostIdentity.has(name)) this.#identity = undefined;
    const refused = rejection(answer.errorCode, `${topic}, partition ${partition}`, { detail: answer.errorMessage });
    if (refused.retryable || (!isStaleMetadata(name) && !lostIdentity.has(name))) return refused;
    return new WorkbenchError(refused.code, refused.message, {
      object: refused.object,
      retryable: true,
      nextStep: refused.nextStep,
    });
  }

  #identify(): Promise<Identity> {
    this.#identity ??= this.#askIdentity().catch((error) => {
      this.#identity = undefined;
      throw error;
    });
    return this.#identity;
  }

  /** Without the right to be idempotent, or on a broker that is not, records go out unnumbered. */
  async #askIdentity(): Promise<Identity> {
    try {
      const connection = await this.#cluster.connection();
      const { producerId, producerEpoch } = await connection.call(idApis, 'producer id', null, 0x7fff_ffff, -1n, -1);
      return { id: producerId, epoch: producerEpoch, sequences: new Map() };
    } catch (error) {
      const { code } = toErrorData(error);
      if (code === 'KAFKA_AUTH' || code === 'UNSUPPORTED') return noIdentity;
      throw error;
    }
  }
}

const lostIdentity: ReadonlySet<string> = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
]);

function leaderOf(partitions: ReadonlyArray<{ partition: number; leader: number }>, partition: number): number {
  const found = partitions[partition];
  if (found !== undefined) return found.leader;
  throw new WorkbenchError('INVALID_INPUT', `The topic has no partition ${partition}; it has ${partitions.length}.`, {
    object: String(partition),
  });
}
