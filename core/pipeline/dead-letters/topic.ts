/** One letter of a dead-letter topic with all its bytes, and what is common to reading one and many. */
import { WorkbenchError } from '#core/contract/errors.ts';
import type { Cluster } from '#core/kafka/connect.ts';
import { loadOptions, openFetcher } from '#core/kafka/fetch.ts';
import { listOffsets } from '#core/kafka/offsets.ts';
import { RecordCursor } from '#core/kafka/protocol/record-batch.ts';
import type { Header } from './headers.ts';

/** A record as its bytes. */
export interface RawRecord {
  readonly partition: number;
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
}

export interface RecordPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

const readTimeoutMs = 15_000;

/** Throws `NOT_FOUND` when it is past the topic's retention, or never was. */
export async function readLetter(cluster: Cluster, place: RecordPlace): Promise<RawRecord> {
  const { topic, partition, offset } = place;
  await cluster.refreshTopic(topic);
  const only = { partitions: [partition] };
  const first = (await listOffsets(cluster, topic, 'earliest', only)).get(partition);
  const end = (await listOffsets(cluster, topic, 'latest', only)).get(partition);
  if (first === undefined || end === undefined || offset < first || offset >= end) throw gone(place);
  const ranges = new Map([[partition, { from: offset, end: offset + 1n }]]);
  for await (const { cursor } of readRanges(cluster, topic, ranges, AbortSignal.timeout(readTimeoutMs))) {
    if (BigInt(cursor.offset) === offset) return copyOf(partition, cursor);
  }
  throw gone(place);
}

/** From and up to an offset of one partition. */
export interface OffsetRange {
  readonly from: bigint;
  readonly end: bigint;
}

interface ReadRecord {
  readonly partition: number;
  /** Stands on the record until the next is asked for: what is kept of it must be copied. */
  readonly cursor: RecordCursor;
}

export async function* readRanges(
  cluster: Cluster,
  topic: string,
  ranges: ReadonlyMap<number, OffsetRange>,
  signal: AbortSignal,
): AsyncGenerator<ReadRecord> {
  const positions = new Map([...ranges].map(([partition, { from }]) => [partition, from]));
  const stopAt = new Map([...ranges].map(([partition, { end }]) => [partition, end]));
  const fetcher = openFetcher({ cluster, topic, positions, stopAt, signal });
  try {
    for (let chunks = await fetcher.next(); chunks !== undefined; chunks = await fetcher.next()) {
      for (const chunk of chunks) {
        const cursor = new RecordCursor();
        cursor.load(chunk.records, loadOptions(chunk));
        while (cursor.next()) yield { partition: chunk.partition, cursor };
      }
    }
  } finally {
    await fetcher.close();
  }
}

function copyOf(partition: number, cursor: RecordCursor): RawRecord {
  return {
    partition,
    offset: BigInt(cursor.offset),
    timestampMs: cursor.timestamp,
    key: cursor.key(),
    value: cursor.value(),
    headers: cursor.headers(),
  };
}

function gone({ topic, partition, offset }: RecordPlace): WorkbenchError {
  return new WorkbenchError('NOT_FOUND', `there is no dead letter ${topic}-${partition}@${offset} any more`, {
    object: `${topic}-${partition}@${offset}`,
    nextStep: 'It is past the retention of its topic. The list shows those that are still there.',
  });
}
