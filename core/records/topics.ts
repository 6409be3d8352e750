/** The topics of a cluster, with how many records each can hold and how much disk it takes. */
import type { TopicSummary } from '#core/contract/record.ts';
import { listTopics as listWithSizes } from '#core/kafka/admin.ts';
import type { Cluster } from '#core/kafka/connect.ts';

export async function listTopics(cluster: Cluster): Promise<TopicSummary[]> {
  const topics = await listWithSizes(cluster);
  return topics.sort((a, b) => a.name.localeCompare(b.name));
}
