/** The partitions of one topic, refreshed while its page is open. */
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/client.ts';

const refreshMs = 3_000;

export function usePartitions(topic: string) {
  return useQuery(queries.topics.partitions.queryOptions({ input: { topic }, refetchInterval: refreshMs }));
}
