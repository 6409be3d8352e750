/**
 * Offsets of a topic's partitions as its leaders know them.
 */
import {
  type API,
  listOffsetsV5,
  listOffsetsV6,
  listOffsetsV7,
  listOffsetsV8,
  listOffsetsV9,
} from '@platformatic/kafka';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { Cluster, PartitionMetadata } from './connect.ts';
import { apiCode, brokerErrorName, isStaleMetadata } from './error.ts';

/** `earliest` is the first offset still held; `latest` the one after the last; a time in milliseconds, the first record at or after it. */
export type OffsetsAt = 'earliest' | 'latest' | { readonly timestampMs: number };

export interface ListOffsetsOptions {
  /** All when left out. */
  readonly partitions?: readonly number[];
  /** With `read_committed`, the default, `latest` ends before the first open transaction, as a fetch does. */
  readonly isolation?: 'read_committed' | 'read_uncommitted';
}

const choices = [
  listOffsetsV9.api,
  listOffsetsV8.api,
  listOffsetsV7.api,
  listOffsetsV6.api,
  listOffsetsV5.api,
] as unknown as Array<API<listOffsetsV9.ListOffsetsRequest, listOffsetsV9.ListOffsetsResponse>>;

/** Partition to offset. Where no record is at or after a timestamp, the offset is the end of the partition. */
export async function listOffsets(
  cluster: Cluster,
  topic: string,
  at: OffsetsAt,
  options: ListOffsetsOptions = {},
): Promise<Map<number, bigint>> {
  const offsets = await retryOnce(cluster, topic, () => askLeaders(cluster, topic, at, options));
  const missing = [...offsets].filter(([, offset]) => offset < 0n).map(([partition]) => partition);
  if (missing.length > 0) {
    const ends = await listOffsets(cluster, topic, 'latest', { ...options, partitions: missing });
    for (const [partition, offset] of ends) offsets.set(partition, offset);
  }
  return offsets;
}

async function askLeaders(
  cluster: Cluster,
  topic: string,
  at: OffsetsAt,
  options: ListOffsetsOptions,
): Promise<Map<number, bigint>> {
  const { partitions } = await cluster.topic(topic);
  const wanted =
    options.partitions === undefined
      ? partitions
      : partitions.filter((one) => options.partitions?.includes(one.partition));
  const byLeader = Map.groupBy(wanted, (one) => one.leader);
  const isolation = options.isolation === 'read_uncommitted' ? 0 : 1;
  const answers = await Promise.all(
    byLeader.entries().map(async ([leader, led]: [number, PartitionMetadata[]]) => {
      const connection = await cluster.connection(leader);
      const request = led.map(({ partition, leaderEpoch }) => ({
        partitionIndex: partition,
        currentLeaderEpoch: leaderEpoch,
        timestamp: timestampOf(at),
      }));
      return connection.call(choices, topic, -1, isolation, [{ name: topic, partitions: request }]);
    }),
  );
  const found = answers.flatMap((answer) => answer.topics.flatMap((one) => one.partitions));
  found.sort((a, b) => a.partitionIndex - b.partitionIndex);
  return new Map(found.map((one) => [one.partitionIndex, one.offset]));
}

function timestampOf(at: OffsetsAt): bigint {
  if (at === 'latest') return -1n;
  return at === 'earliest' ? -2n : BigInt(Math.floor(at.timestampMs));
}

/** Leaders move: when a broker says that what we know is old, learn it anew and ask again. */
export async function retryOnce<Result>(cluster: Cluster, topic: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    const code = error instanceof WorkbenchError ? apiCode(error.cause) : undefined;
    const isStale = code !== undefined && isStaleMetadata(brokerErrorName(code));
    const isGone = error instanceof WorkbenchError && error.code === 'KAFKA_UNREACHABLE';
    if (!isStale && !isGone) throw error;
    await cluster.refreshTopic(topic);
    return ask();
  }
}
