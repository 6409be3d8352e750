/**
 * The records of a topic, newest first: pages towards older ones as the user scrolls, and the newest again on demand or
 * each second while following.
 *
 * While following the list grows at the top to `mostRecords`. Reading the newest drops the older pages where what lies
 * between the two is not known: a hole in the list would lie.
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

/** Where reading begins: undefined `before` for the newest. */
export interface RecordStart {
  readonly before: RecordCursor | undefined;
}

/** Kept while following; what is older is let go. */
export const mostRecords = 5_000;

export interface Records {
  /** Undefined until the first page came. */
  readonly records: readonly TopicRecord[] | undefined;
  /** No older record exists. */
  readonly isOldest: boolean;
  /** Following let go of older ones. */
  readonly isCut: boolean;
  readonly isReadingOlder: boolean;
  readonly isReadingNewest: boolean;
  /** Of the last reading; null when it went well. */
  readonly error: Error | null;
  readonly readOlder: () => void;
  readonly readNewest: () => void;
}

/** `isFollowing`: the newest page is read again each second. `start`: undefined while it is not known yet. */
export function useRecords(topic: string, isFollowing: boolean, start: RecordStart | undefined): Records {
  const queryClient = useQueryClient();
  const queryKey = useMemo(() => ['records', topic, start?.before] as const, [topic, start?.before]);
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => readPage(topic, pageParam, signal),
    initialPageParam: start?.before,
    enabled: start !== undefined,
    getNextPageParam: (last: RecordPage) => last.older,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    structuralSharing: false,
  });
  const newest = useQuery({
    queryKey: ['newest', topic],
    queryFn: async ({ signal }) => {
      const page = await readPage(topic, undefined, signal);
      queryClient.setQueryData<Pages>(queryKey, (known) => withNewest(known, page));
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
    isCut: pages.data?.pages.some((page) => 'isCut' in page) ?? false,
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

interface CutPage extends RecordPage {
  readonly isCut: true;
}

/**
 * Nothing new: the list stays as it is. Where the page reaches back to the newest known record, what is new goes on top;
 * where it does not, more came than a page holds: the list begins again, since a hole in it would lie.
 */
function withNewest(known: Pages | undefined, page: RecordPage): Pages {
  const newest = known?.pages[0]?.records[0];
  const at = newest === undefined ? -1 : page.records.findIndex((record) => recordKey(record) === recordKey(newest));
  if (known === undefined || at < 0) return onlyPage(page);
  if (at === 0) return known;
  const records = [...page.records.slice(0, at), ...known.pages.flatMap((each) => each.records)];
  const older = known.pages.at(-1)?.older;
  if (records.length > mostRecords || known.pages.some((each) => 'isCut' in each)) {
    const page: CutPage = { records: records.slice(0, mostRecords), isCut: true };
    return onlyPage(page);
  }
  return onlyPage(older === undefined ? { records } : { records, older });
}

/** A record's identity within its topic. */
export function recordKey({ partition, offset }: TopicRecord): string {
  return `${partition}@${offset}`;
}
