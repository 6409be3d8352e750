/**
 * The records of a topic, newest first: pages towards older ones as the user scrolls, and the newest again on demand or
 * each second while following.
 *
 * Reading the newest drops the older pages: what lies between the two is not known, and a hole in the list would lie.
 */
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { RecordCursor, RecordPage, TopicRecord } from '#core/contract/record.ts';
import { client } from '../../api/client.ts';

const pageSize = 200;
const followEveryMs = 1_000;

interface Pages {
  readonly pages: RecordPage[];
  readonly pageParams: (RecordCursor | undefined)[];
}

export interface Records {
  /** Undefined until the first page came. */
  readonly records: readonly TopicRecord[] | undefined;
  /** No older record exists. */
  readonly isOldest: boolean;
  readonly isReadingOlder: boolean;
  readonly isReadingNewest: boolean;
  /** Of the last reading; null when it went well. */
  readonly error: Error | null;
  readonly readOlder: () => void;
  readonly readNewest: () => void;
}

/** `isFollowing`: the newest page is read again each second. */
export function useRecords(topic: string, isFollowing: boolean): Records {
  const queryClient = useQueryClient();
  const queryKey = useMemo(() => ['records', topic] as const, [topic]);
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => readPage(topic, pageParam, signal),
    initialPageParam: undefined as RecordCursor | undefined,
    getNextPageParam: (last: RecordPage) => last.older,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    structuralSharing: false,
  });
  const newest = useQuery({
    queryKey: ['newest', topic],
    queryFn: async ({ signal }) => {
      const page = await readPage(topic, undefined, signal);
      queryClient.setQueryData<Pages>(queryKey, (known) => (isSame(known, page) ? known : onlyPage(page)));
      return Date.now();
    },
    enabled: isFollowing,
    refetchInterval: followEveryMs,
    gcTime: 0,
  });
  const records = useMemo(() => pages.data?.pages.flatMap((page) => page.records), [pages.data]);
  const { hasNextPage, isFetching, isError, fetchNextPage } = pages;
  const readOlder = useCallback(() => {
    // After a failure the user decides: scrolling must not hammer a cluster that does not answer.
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  return {
    records,
    isOldest: !hasNextPage,
    isReadingOlder: pages.isFetchingNextPage,
    isReadingNewest: pages.isLoading || newest.isFetching,
    error: pages.error ?? newest.error,
    readOlder,
    readNewest: useReadNewest(pages.data === undefined, pages.refetch, newest.refetch),
  };
}

/** Before the first page there is nothing to replace: the first reading itself is tried again. */
function useReadNewest(isFirst: boolean, readFirst: () => unknown, readAgain: () => unknown): () => void {
  return useCallback(() => void (isFirst ? readFirst() : readAgain()), [isFirst, readFirst, readAgain]);
}

function readPage(topic: string, before: RecordCursor | undefined, signal: AbortSignal): Promise<RecordPage> {
  return client.topics.records({ topic, limit: pageSize, before }, { signal });
}

function onlyPage(page: RecordPage): Pages {
  return { pages: [page], pageParams: [undefined] };
}

/** Nothing new came: the list, and how far it was scrolled, stays. */
function isSame(known: Pages | undefined, page: RecordPage): boolean {
  const [a, b] = [known?.pages[0]?.records[0], page.records[0]];
  return known !== undefined && a?.offset === b?.offset && a?.partition === b?.partition;
}

/** A record's identity within its topic. */
export function recordKey({ partition, offset }: TopicRecord): string {
  return `${partition}@${offset}`;
}
