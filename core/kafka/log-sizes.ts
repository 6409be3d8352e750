/** How much of the brokers' disks topics take. A broker that does not tell, for want of the right, makes the whole unknown. */
import { describeLogDirsV2, describeLogDirsV3, describeLogDirsV4 } from '@platformatic/kafka';
import { newestFirst } from './broker-connection.ts';
import type { Cluster } from './connect.ts';

type Topics = describeLogDirsV4.DescribeLogDirsRequestTopic[] | null;

const apis = newestFirst(describeLogDirsV4.api, describeLogDirsV3.api, describeLogDirsV2.api);

/** Topic to bytes over all its replicas; undefined when a broker does not say. */
export async function topicBytes(cluster: Cluster): Promise<Map<string, bigint> | undefined> {
  const sizes = new Map<string, bigint>();
  for (const nodeId of cluster.brokers.keys()) {
    const found = await askNode(cluster, nodeId, null);
    if (found === undefined) return undefined;
    for (const { name, partitions } of found) {
      const bytes = partitions.reduce((sum, partition) => sum + partition.partitionSize, 0n);
      sizes.set(name, (sizes.get(name) ?? 0n) + bytes);
    }
  }
  return sizes;
}

/** `led`: node id to the partitions it leads. Partition to the bytes of the leader's copy; undefined when one does not say. */
export async function partitionBytes(
  cluster: Cluster,
  topic: string,
  led: ReadonlyMap<number, readonly number[]>,
): Promise<Map<number, bigint> | undefined> {
  const sizes = new Map<number, bigint>();
  for (const [nodeId, partitions] of led) {
    const found = await askNode(cluster, nodeId, [{ name: topic, partitions: [...partitions] }]);
    if (found === undefined) return undefined;
    for (const { partitionIndex, partitionSize, isFutureKey } of found.flatMap((one) => one.partitions)) {
      if (!isFutureKey) sizes.set(partitionIndex, partitionSize);
    }
  }
  return sizes;
}

async function askNode(
  cluster: Cluster,
  nodeId: number,
  topics: Topics,
): Promise<describeLogDirsV4.DescribeLogDirsResponseTopic[] | undefined> {
  try {
    const connection = await cluster.connection(nodeId);
    const response = await connection.call(apis, connection.address, topics);
    return response.results.flatMap((result) => result.topics);
  } catch {
    return undefined;
  }
}
