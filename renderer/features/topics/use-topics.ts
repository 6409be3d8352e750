import { useQuery } from '@tanstack/react-query';
import type { TopicSummary } from '#core/contract/record.ts';
import { queries } from '../../api/client.ts';

const refreshMs = 3_000;

/** The topics of the cluster; counts are refreshed while the page is visible. */
export function useTopics() {
  return useQuery(queries.topics.list.queryOptions({ refetchInterval: refreshMs }));
}

export function useTopic(name: string): TopicSummary | undefined {
  return useTopics().data?.find((topic) => topic.name === name);
}
