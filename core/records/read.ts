/** Reads records of a topic one after another, decoded: what `mercury consume` prints and a page is made of. */
import type { TopicRecord } from '#core/contract/record.ts';
import { type FetchedChunk, type FetchOptions, loadOptions, openFetcher } from '#core/kafka/fetch.ts';
import { listOffsets } from '#core/kafka/offsets.ts';
import { RecordCursor } from '#core/kafka/protocol/record-batch.ts';
import { decodeBytes } from '#core/serde/decode.ts';
import type { Environment } from './clusters.ts';

/** `last`: so many records before the end of each partition. */
export type StartPosition =
  | { readonly at: 'earliest' | 'latest' }
  | { readonly offset: bigint }
  | { readonly last: bigint }
  | { readonly timestamp: bigint };

export interface ReadOptions {
  readonly topic: string;
  readonly from: StartPosition;
  /** Ends where the topic ended at the start; goes on with new records otherwise. */
  readonly untilEnd: boolean;
  readonly signal: AbortSignal;
}

/** In the order of each partition; partitions follow each other as the broker answers. */
export async function* readRecords(environment: Environment, options: ReadOptions): AsyncGenerator<TopicRecord> {
  const { topic, untilEnd, signal } = options;
  const { earliest, latest } = await bounds(environment, topic);
  const positions = await startOf(environment, options, earliest, latest);
  yield* readRange(environment, { topic, positions, ...(untilEnd ? { stopAt: latest } : {}), signal });
}

/** The records from `positions` until `stopAt`, or for ever. */
export async function* readRange(
  environment: Environment,
  range: Pick<FetchOptions, 'topic' | 'positions' | 'stopAt' | 'signal'>,
): AsyncGenerator<TopicRecord> {
  const fetcher = openFetcher({ cluster: environment.cluster, ...range });
  try {
    for (let chunks = await fetcher.next(); chunks !== undefined; chunks = await fetcher.next()) {
      for (const chunk of chunks) yield* recordsOf(environment, chunk);
    }
  } finally {
    await fetcher.close();
  }
}

export async function bounds({ cluster }: Environment, topic: string) {
  const [earliest, latest] = await Promise.all([
    listOffsets(cluster, topic, 'earliest'),
    listOffsets(cluster, topic, 'latest'),
  ]);
  return { earliest, latest };
}

async function startOf(
  { cluster }: Environment,
  { topic, from }: ReadOptions,
  earliest: ReadonlyMap<number, bigint>,
  latest: ReadonlyMap<number, bigint>,
): Promise<ReadonlyMap<number, bigint>> {
  if ('timestamp' in from) return listOffsets(cluster, topic, { timestampMs: Number(from.timestamp) });
  if ('at' in from) return from.at === 'earliest' ? earliest : latest;
  const positions = new Map<number, bigint>();
  for (const [partition, end] of latest) {
    const wanted = 'offset' in from ? from.offset : end - from.last;
    positions.set(partition, clamp(wanted, earliest.get(partition) ?? 0n, end));
  }
  return positions;
}

/** `skipped`: so many at the beginning are passed over without a look into them. */
export async function* recordsOf(
  environment: Environment,
  chunk: FetchedChunk,
  skipped = 0,
): AsyncGenerator<TopicRecord> {
  const cursor = new RecordCursor();
  cursor.load(chunk.records, loadOptions(chunk));
  for (let passed = 0; passed < skipped && cursor.next(); passed++);
  while (cursor.next()) yield await toRecord(environment, chunk, cursor);
}

async function toRecord({ schemas }: Environment, chunk: FetchedChunk, cursor: RecordCursor): Promise<TopicRecord> {
  const { offset, timestamp } = cursor;
  const [key, value, headers] = [cursor.key(), cursor.value(), cursor.headers()];
  return {
    topic: chunk.topic,
    partition: chunk.partition,
    offset: BigInt(offset),
    timestamp: BigInt(timestamp),
    key: await decodeBytes(key, schemas),
    value: await decodeBytes(value, schemas),
    headers,
    sizeBytes: (key?.length ?? 0) + (value?.length ?? 0),
  };
}

function clamp(value: bigint, low: bigint, high: bigint): bigint {
  if (value < low) return low;
  return value > high ? high : value;
}
