/**
 * Where a fetcher stands in each partition, and how an answer moves it: by batch headers alone, no record is looked at.
 */
import { WorkbenchError } from '#core/contract/errors.ts';
import type { FetchedChunk } from './fetch-queue.ts';
import {
  batchEnd,
  batchHeaderBytes,
  batchLengthAt,
  batchPrefixBytes,
  magicAt,
  nextOffsetOf,
  readInt32,
  readInt64,
} from './protocol/batch-header.ts';
import type { FetchedPartition } from './protocol/fetch-request.ts';
import { oldFormat } from './protocol/record-batch.ts';

export interface Position {
  readonly partition: number;
  offset: bigint;
  readonly stopAt: bigint | undefined;
  /** Raised by every seek and pause: an answer to an older request no longer counts. */
  generation: number;
  isPaused: boolean;
  /** An error for this partition was handed out; only a seek makes it go on. */
  isFailed: boolean;
  leader: number | undefined;
  leaderEpoch: number;
  maxBytes: number;
  /** When it last had data: the longest waiting partition is asked for first, so that none starves. */
  servedAt: number;
}

export function startAt(partition: number, offset: bigint, stopAt: bigint | undefined, maxBytes: number): Position {
  const unknown = { leader: undefined, leaderEpoch: -1, servedAt: 0 };
  return { partition, offset, stopAt, generation: 0, isPaused: false, isFailed: false, maxBytes, ...unknown };
}

function isDone({ offset, stopAt }: Position): boolean {
  return stopAt !== undefined && offset >= stopAt;
}

export function isWanted(position: Position): boolean {
  return !position.isPaused && !position.isFailed && !isDone(position);
}

/** All partitions that one fetcher reads. */
export class Positions {
  readonly #topic: string;
  readonly #byPartition: ReadonlyMap<number, Position>;

  constructor(topic: string, positions: Iterable<Position>) {
    this.#topic = topic;
    this.#byPartition = new Map([...positions].map((position) => [position.partition, position]));
  }

  get(partition: number): Position {
    const position = this.#byPartition.get(partition);
    if (position !== undefined) return position;
    throw new WorkbenchError('INVALID_INPUT', `Partition ${partition} of ${this.#topic} is not being read.`, {
      object: this.#topic,
    });
  }

  all(): Position[] {
    return [...this.#byPartition.values()];
  }

  leaders(): Set<number> {
    return new Set(this.all().flatMap(({ leader }) => (leader === undefined ? [] : [leader])));
  }

  ledBy(nodeId: number): Position[] {
    return this.all().filter(({ leader }) => leader === nodeId);
  }

  /** Still to be read, from a leader that is to be found. */
  orphans(): Position[] {
    return this.all().filter((one) => one.leader === undefined && !one.isFailed && !isDone(one));
  }

  get isComplete(): boolean {
    return this.all().every(isDone);
  }
}

/** Moves the position behind the answer's whole batches, which are the chunk to hand out, if there are any. */
export function accept(topic: string, position: Position, answer: FetchedPartition): FetchedChunk | undefined {
  const { partition, stopAt, offset: fetchOffset } = position;
  const { records, highWatermark, aborted } = answer;
  const { length, nextOffset } = wholeBatches(records, position, `${topic}, partition ${partition}`);
  position.offset = nextOffset;
  if (length > 0) {
    const whole = records.subarray(0, length);
    return { topic, partition, records: whole, highWatermark, fetchOffset, nextOffset, stopAt, aborted };
  }
  const isPartial = records.length > 0 && nextOffset === fetchOffset;
  if (isPartial) position.maxBytes = Math.max(position.maxBytes, bytesOfFirstBatch(records));
  return undefined;
}

interface WholeBatches {
  /** Bytes of the whole batches that belong to us. */
  readonly length: number;
  readonly nextOffset: bigint;
}

/** Walks whole batches up to the one that reaches `stopAt`. Throws KAFKA_REJECTED for formats before Kafka 0.11. */
function wholeBatches(records: Buffer, position: Position, origin: string): WholeBatches {
  const stop = position.stopAt === undefined ? Number.POSITIVE_INFINITY : Number(position.stopAt);
  let next = Number(position.offset);
  let at = 0;
  while (next < stop) {
    if (records.length - at > magicAt && (records[at + magicAt] ?? 2) < 2)
      throw oldFormat(readInt64(records, at), origin);
    const after = batchEnd(records, at);
    if (after < 0) break;
    if (readInt64(records, at) >= stop) {
      next = stop;
      break;
    }
    next = Math.max(next, nextOffsetOf(records, at));
    at = after;
  }
  return { length: at, nextOffset: BigInt(Math.min(next, stop)) };
}

/** The size to ask for when an answer held only the beginning of a batch. */
function bytesOfFirstBatch(records: Buffer): number {
  const known = records.length >= batchPrefixBytes ? batchPrefixBytes + readInt32(records, batchLengthAt) : 0;
  return Math.max(known, records.length * 2, batchHeaderBytes);
}
