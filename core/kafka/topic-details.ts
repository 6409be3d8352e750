/** What a cluster says of one topic: its partitions and its settings. */
import { describeConfigsV1, describeConfigsV2, describeConfigsV3, describeConfigsV4 } from '@platformatic/kafka';
import type { PartitionRow, TopicConfig } from '#core/contract/topic.ts';
import { newestFirst } from './broker-connection.ts';
import type { Cluster } from './connect.ts';
import { rejection } from './error.ts';
import { partitionBytes } from './log-sizes.ts';
import { listOffsets } from './offsets.ts';

/** By number, as of now. A partition without a leader is listed without records. */
export async function describePartitions(cluster: Cluster, name: string): Promise<PartitionRow[]> {
  const { partitions } = await cluster.refreshTopic(name);
  const led = partitions.filter(({ leader }) => leader >= 0);
  const ask = { partitions: led.map(({ partition }) => partition) };
  const byLeader = Map.groupBy(led, ({ leader }) => leader)
    .entries()
    .map(([leader, its]) => [leader, its.map(({ partition }) => partition)] as const);
  const [starts, ends, sizes] = await Promise.all([
    listOffsets(cluster, name, 'earliest', ask),
    listOffsets(cluster, name, 'latest', { ...ask, isolation: 'read_uncommitted' }),
    partitionBytes(cluster, name, new Map(byLeader)),
  ]);
  return partitions.map(({ partition, leader, replicas, inSyncReplicas }) => {
    const firstOffset = starts.get(partition) ?? 0n;
    const end = ends.get(partition) ?? firstOffset;
    return {
      partition,
      firstOffset,
      lastOffset: end - 1n,
      records: end - firstOffset,
      bytes: sizes?.get(partition) ?? null,
      leader,
      replicas: [...replicas],
      inSyncReplicas: [...inSyncReplicas],
    };
  });
}

const configApis = newestFirst(
  describeConfigsV4.api,
  describeConfigsV3.api,
  describeConfigsV2.api,
  describeConfigsV1.api,
);
const topicResource = 2;

/** By name. Throws NOT_FOUND where there is no such topic, KAFKA_AUTH without the right. */
export async function describeConfig(cluster: Cluster, name: string): Promise<TopicConfig[]> {
  await cluster.topic(name);
  const connection = await cluster.connection();
  const resource = { resourceType: topicResource, resourceName: name, configurationKeys: null } as const;
  const response = await connection.call(configApis, name, [resource], true, true);
  const [result] = response.results;
  if (result !== undefined && result.errorCode !== 0) {
    throw rejection(result.errorCode, name, { detail: result.errorMessage ?? undefined });
  }
  return (result?.configs ?? []).map(toConfig).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** By the protocol's numbers. */
const sources: readonly TopicConfig['source'][] = ['unknown', 'topic', 'broker', 'cluster', 'file', 'default'];

function toConfig(config: describeConfigsV4.DescribeConfigsResponseConfig): TopicConfig {
  const { name, value, configSource, isSensitive, readOnly, synonyms = [], documentation } = config;
  const source = sources[configSource] ?? 'unknown';
  // The values that would be in force, the strongest first: the topic's own is one of them, and `log.retention.hours` stands
  // in for `retention.ms`, in another unit.
  const unit = name.split('.').at(-1);
  const inherited = synonyms.find(
    (synonym) =>
      sources[synonym.source] !== 'topic' && synonym.value !== null && synonym.name.split('.').at(-1) === unit,
  );
  return {
    name,
    value: isSensitive ? null : (value ?? ''),
    source,
    isSensitive,
    isReadOnly: readOnly,
    inherited: source === 'topic' && !isSensitive ? (inherited?.value ?? null) : null,
    documentation: documentation ?? null,
  };
}
