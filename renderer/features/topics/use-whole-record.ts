/** A record read again by its place: nothing cut, and its bytes. */
import { useQuery } from '@tanstack/react-query';
import type { TopicRecord } from '#core/contract/record.ts';
import { client } from '../../api/client.ts';
import { recordKey } from './use-records.ts';

export function useWholeRecord(record: TopicRecord, enabled: boolean) {
  const { topic, partition, offset } = record;
  return useQuery({
    queryKey: ['record', topic, recordKey(record)],
    queryFn: ({ signal }) => client.topics.record({ topic, partition, offset }, { signal }),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    structuralSharing: false,
  });
}
