/**
 * Offsets of a topic's partitions as its leaders know them.
 */
import { listOffsetsV5, listOffsetsV6, listOffsetsV7, listOffsetsV8, listOffsetsV9 } from '@platformatic/kafka';
import { toErrorData } from '#core/contract/errors.ts';
import { newestFirst } from './broker-connection.ts';
import type { Cluster, PartitionMetadata, TopicMetadata } from './connect.ts';
import { isStaleMetadata, refusedAs, responseOf } from './error.ts';

/** `earliest` is the first offset still held; `latest` the one after the last; a time in milliseconds, the first record at or after it. */
export type OffsetsAt = 'earliest' | 'latest' | { readonly timestampMs: number };

export type Isolation = 'read_committed' | 'read_uncommitted';

interface Question {
  /** `newest`: the record with the highest timestamp. */
  readonly at: OffsetsAt | 'newest';
  readonly isolation?: Isolation | undefined;
}

export interface ListOffsetsOptions {
  /** All when left out. */
  readonly partitions?: readonly number[];
  /** With `read_committed`, the default, `latest` ends before the first open transaction, as a fetch does. */
  readonly isolation?: Isolation;
}

const choices = newestFirst(
  listOffsetsV9.api,
  listOffsetsV8.api,
  listOffsetsV7.api,
  listOffsetsV6.api,
  listOffsetsV5.api,
);

/** The first versions of the list above: since Kafka 3.0. */
const knowNewest = 3;

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
  name: string,
  at: OffsetsAt,
  options: ListOffsetsOptions,
): Promise<Map<number, bigint>> {
  const topic = await cluster.topic(name);
  const isWanted = ({ partition }: PartitionMetadata): boolean => options.partitions?.includes(partition) ?? true;
  const partitions = topic.partitions.filter(isWanted);
  const byLeader = Map.groupBy(partitions, ({ leader }) => leader);
  const answers = await Promise.all(
    byLeader
      .entries()
      .map(([leader, led]) => ask(cluster, leader, [{ name, partitions: led }], { at, isolation: options.isolation })),
  );
  return offsetsIn(answers).get(name) ?? new Map();
}

/** The same of many topics in one request to each broker. Partitions that no leader answers for are missing. */
export async function listOffsetsOfTopics(
  cluster: Cluster,
  topics: readonly TopicMetadata[],
  at: 'earliest' | 'latest',
  isolation?: Isolation,
): Promise<Map<string, Map<number, bigint>>> {
  return offsetsIn(await askAll(cluster, topics, { at, isolation }));
}

function askAll(cluster: Cluster, topics: readonly TopicMetadata[], question: Question): Promise<Response[]> {
  return Promise.all(
    [...cluster.brokers.keys()].map(async (nodeId) => {
      const led = topics
        .map(({ name, partitions }) => ({ name, partitions: partitions.filter(({ leader }) => leader === nodeId) }))
        .filter(({ partitions }) => partitions.length > 0);
      if (led.length === 0) return emptyResponse;
      try {
        return await ask(cluster, nodeId, led, question);
      } catch (error) {
        if (toErrorData(error).code === 'UNSUPPORTED') throw error;
        // Refused for some partitions only: the others' offsets are in the response inside the error.
        return (responseOf(error) as Response | undefined) ?? emptyResponse;
      }
    }),
  );
}

/**
 * Topic to the newest timestamp among its records, milliseconds; topics without a record are missing. Undefined where a broker is
 * older than Kafka 3.0, which can't be asked.
 */
export async function newestTimes(
  cluster: Cluster,
  topics: readonly TopicMetadata[],
): Promise<Map<string, bigint> | undefined> {
  const times = new Map<string, bigint>();
  try {
    for (const { name, partitions } of (await askAll(cluster, topics, { at: 'newest' })).flatMap(
      (answer) => answer.topics,
    )) {
      const newest = partitions.filter((one) => one.errorCode === 0).map((one) => one.timestamp);
      for (const time of newest) if (time >= 0n && time > (times.get(name) ?? -1n)) times.set(name, time);
    }
    return times;
  } catch (error) {
    if (toErrorData(error).code === 'UNSUPPORTED') return undefined;
    throw error;
  }
}

type Response = listOffsetsV9.ListOffsetsResponse;
type Led = Pick<TopicMetadata, 'name' | 'partitions'>;

const emptyResponse: Response = { throttleTimeMs: 0, topics: [] };
const anyReplica = -1;

async function ask(
  cluster: Cluster,
  nodeId: number,
  led: readonly Led[],
  { at, isolation }: Question,
): Promise<Response> {
  const connection = await cluster.connection(nodeId);
  const timestamp = timestampOf(at);
  const topics = led.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partition, leaderEpoch }) => ({
      partitionIndex: partition,
      currentLeaderEpoch: leaderEpoch,
      timestamp,
    })),
  }));
  const object = led.length === 1 ? (led[0]?.name ?? '') : connection.address;
  const versions = at === 'newest' ? choices.slice(0, knowNewest) : choices;
  return connection.call(versions, object, anyReplica, isolation === 'read_uncommitted' ? 0 : 1, topics);
}

function offsetsIn(answers: readonly Response[]): Map<string, Map<number, bigint>> {
  const offsets = new Map<string, Map<number, bigint>>();
  for (const { name, partitions } of answers.flatMap((answer) => answer.topics)) {
    const known = [...(offsets.get(name) ?? [])];
    const added = partitions
      .filter((one) => one.errorCode === 0)
      .map((one) => [one.partitionIndex, one.offset] as const);
    offsets.set(name, new Map([...known, ...added].sort(([a], [b]) => a - b)));
  }
  return offsets;
}

function timestampOf(at: Question['at']): bigint {
  if (at === 'latest') return -1n;
  if (at === 'newest') return -3n;
  return at === 'earliest' ? -2n : BigInt(Math.floor(at.timestampMs));
}

/** Leaders move: when a broker says that what we know is old, learn it anew and ask again. */
async function retryOnce<Result>(cluster: Cluster, topic: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    const isStale = isStaleMetadata(refusedAs(error) ?? '');
    const isGone = toErrorData(error).code === 'KAFKA_UNREACHABLE';
    if (!isStale && !isGone) throw error;
    await cluster.refreshTopic(topic);
    return ask();
  }
}
