/**
 * Where a fetcher stands in one partition, and how an answer moves it: by batch headers alone, no record is looked at.
 */
import { WorkbenchError } from '#core/contract/errors.ts';
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

export function isDone(position: Position): boolean {
  return position.stopAt !== undefined && position.offset >= position.stopAt;
}

export interface WholeBatches {
  /** Bytes of the whole batches that belong to us. */
  readonly length: number;
  readonly nextOffset: bigint;
}

/** Walks whole batches up to the one that reaches `stopAt`. Throws KAFKA_REJECTED for formats before Kafka 0.11. */
export function wholeBatches(records: Buffer, position: Position, origin: string): WholeBatches {
  const stop = position.stopAt === undefined ? Number.POSITIVE_INFINITY : Number(position.stopAt);
  let next = Number(position.offset);
  let at = 0;
  while (next < stop) {
    if (records.length - at > magicAt && (records[at + magicAt] ?? 2) < 2)
      throw oldFormat(origin, readInt64(records, at));
    const after = batchEnd(records, at, records.length);
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
export function bytesOfFirstBatch(records: Buffer): number {
  const known = records.length >= batchPrefixBytes ? batchPrefixBytes + readInt32(records, batchLengthAt) : 0;
  return Math.max(known, records.length * 2, batchHeaderBytes);
}

function oldFormat(origin: string, offset: number): WorkbenchError {
  return new WorkbenchError(
    'KAFKA_REJECTED',
    `${origin}: the records at offset ${offset} are in the message format of Kafka before 0.11, which is not read.`,
    { object: origin, nextStep: 'Copy the topic with a client of Kafka 0.11 to 3.x, then read the copy.' },
  );
}
