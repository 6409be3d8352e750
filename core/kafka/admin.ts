/**
 * What is asked of a cluster beside records: topics, their sizes, and the offsets a group has committed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import {
  createTopicsV7,
  findCoordinatorV4,
  findCoordinatorV5,
  findCoordinatorV6,
  offsetCommitV8,
  offsetCommitV9,
} from '@platformatic/kafka';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { TopicSummary } from '#core/contract/record.ts';
import { type BrokerConnection, newestFirst } from './broker-connection.ts';
import type { Cluster } from './connect.ts';
import { refusedAs } from './error.ts';
import { committedOffsets } from './group-offsets.ts';
import { topicBytes } from './log-sizes.ts';
import { listOffsetsOfTopics } from './offsets.ts';

/** By name. Without the right to describe the cluster's disks `bytes` is null and the list is complete all the same. */
export async function listTopics(cluster: Cluster): Promise<TopicSummary[]> {
  const topics = await cluster.allTopics();
  const [sizes, starts, ends] = await Promise.all([
    topicBytes(cluster),
    listOffsetsOfTopics(cluster, topics, 'earliest'),
    listOffsetsOfTopics(cluster, topics, 'latest', 'read_uncommitted'),
  ]);
  return topics
    .map(({ name, isInternal, partitions }) => ({
      name,
      internal: isInternal,
      partitions: partitions.length,
      records: span(starts.get(name), ends.get(name)),
      bytes: sizes === undefined ? null : (sizes.get(name) ?? 0n),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A partition whose leader did not answer counts as empty. */
function span(starts: ReadonlyMap<number, bigint> = new Map(), ends: ReadonlyMap<number, bigint> = new Map()): bigint {
  return ends.entries().reduce((sum, [partition, end]) => sum + end - (starts.get(partition) ?? end), 0n);
}

export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  /** The cluster's default when left out. */
  readonly replicationFactor?: number;
  readonly config?: Readonly<Record<string, string>>;
}

/** Resolves when the topic can be written to. Throws CONFLICT when there is one of this name already. */
export async function createTopic(cluster: Cluster, topic: NewTopic): Promise<void> {
  const { name, partitions, replicationFactor = -1, config = {} } = topic;
  cluster.refuseTopic(name);
  const request = {
    name,
    numPartitions: partitions,
    replicationFactor,
    assignments: [],
    configs: Object.entries(config).map(([key, value]) => ({ name: key, value })),
  };
  const connection = await cluster.connection(cluster.brokers.has(cluster.controller) ? cluster.controller : undefined);
  try {
    await connection.call([createTopicsV7.api], name, [request], createTimeoutMs, false);
  } catch (error) {
    if (refusedAs(error) === 'TOPIC_ALREADY_EXISTS') {
      throw new WorkbenchError('CONFLICT', `The cluster has a topic ${name} already.`, { object: name, cause: error });
    }
    throw error;
  }
  await untilLed(cluster, topic);
}

const createTimeoutMs = 15_000;
const ledPollMs = 50;

/** The controller answers before every broker knows the topic. */
async function untilLed(cluster: Cluster, { name, partitions }: NewTopic): Promise<void> {
  const deadline = Date.now() + createTimeoutMs;
  while (Date.now() < deadline) {
    const topic = await cluster.refreshTopic(name).catch(() => undefined);
    if (topic?.partitions.length === partitions && topic.partitions.every((one) => one.leader >= 0)) return;
    await delay(ledPollMs);
  }
  throw new WorkbenchError('KAFKA_REJECTED', `Topic ${name} was created, but not all its partitions have a leader.`, {
    object: name,
    retryable: true,
    nextStep: 'Check that all brokers of the cluster run.',
  });
}

const commitApis = newestFirst(offsetCommitV9.api, offsetCommitV8.api);
const noGeneration = -1;

/**
 * Writes next offsets for a group that has no members: for lag displays only, never what a pipeline resumes from.
 * Refused by the broker (KAFKA_REJECTED) while consumers are members of the group.
 */
export async function commitOffsets(
  cluster: Cluster,
  group: string,
  topic: string,
  nextOffsets: ReadonlyMap<number, bigint>,
): Promise<void> {
  if (nextOffsets.size === 0) return;
  cluster.refuseTopic(topic);
  const partitions = [...nextOffsets].map(([partitionIndex, committedOffset]) => ({
    partitionIndex,
    committedOffset,
    committedLeaderEpoch: -1,
    committedMetadata: '',
  }));
  await askCoordinator(cluster, group, (connection) =>
    connection.call(commitApis, group, group, noGeneration, '', null, [{ name: topic, partitions }]),
  );
}

/** Partition to next offset; partitions without a commit are missing. */
export async function fetchCommittedOffsets(
  cluster: Cluster,
  group: string,
  topic: string,
): Promise<Map<number, bigint>> {
  const { partitions } = await cluster.topic(topic);
  const wanted = { topic, partitions: partitions.map(({ partition }) => partition) };
  const found = await askCoordinator(cluster, group, (connection) => committedOffsets(connection, [group], wanted));
  return found.get(group) ?? new Map();
}

const findApis = newestFirst(findCoordinatorV6.api, findCoordinatorV5.api, findCoordinatorV4.api);
const groupCoordinator = 0;
const coordinatorTries = 20;
const coordinatorPauseMs = 100;

/** A new cluster takes seconds to make its offsets topic; until then it says that no coordinator is available. */
async function askCoordinator<Result>(
  cluster: Cluster,
  group: string,
  ask: (connection: BrokerConnection) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      const any = await cluster.connection();
      const found = await any.call(findApis, group, groupCoordinator, [group]);
      return await ask(await cluster.connection(found.coordinators[0]?.nodeId));
    } catch (error) {
      const isMoving = movingCoordinator.has(refusedAs(error) ?? '');
      if (!isMoving || tries === coordinatorTries || cluster.closed.aborted) throw error;
      await delay(coordinatorPauseMs);
    }
  }
}

const movingCoordinator: ReadonlySet<string> = new Set([
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR',
]);
