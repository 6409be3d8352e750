/**
 * The records of a topic in pages, from where the reading begins on, as the user scrolls. New ones come on top while following
 * (use-tail.ts), which keeps the newest `mostRecords`.
 *
 * Reading the newest again drops the older pages where what lies between the two is not known: a hole in the list would lie.
 */
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { PageCursor, RecordPage, TopicRecord } from '#core/contract/record.ts';
import { client } from '../../api/client.ts';
import { isNewestFirst, type RecordStart, startText } from './record-start.ts';

const pageSize = 200;

interface Pages {
  readonly pages: RecordPage[];
  readonly pageParams: (PageCursor | undefined)[];
}

/** Kept while following; what is older is let go. */
export const mostRecords = 5_000;

export interface Records {
  /** Undefined until the first page came. */
  readonly records: readonly TopicRecord[] | undefined;
  /** Nothing lies beyond the last one. */
  readonly isEnd: boolean;
  /** Following let go of older ones. */
  readonly isCut: boolean;
  readonly isReadingOn: boolean;
  readonly isReadingNewest: boolean;
  /** Of the last reading; null when it went well. */
  readonly error: Error | null;
  readonly readOn: () => void;
  /** Oldest first, at the end: where each partition was read to. */
  readonly readTo: ReadonlyMap<number, bigint> | undefined;
  /** What came after the end. */
  readonly readNewer: () => void;
  readonly readNewest: () => void;
  /** New records, newest first, on top of what is shown. */
  readonly add: (records: readonly TopicRecord[]) => void;
}

/** `before`: where a start at a place begins; undefined while the partitions of the topic are not known yet. */
export function useRecords(topic: string, start: RecordStart, before: PageCursor | undefined): Records {
  const queryClient = useQueryClient();
  const queryKey = useMemo(() => ['records', topic, startText(start)] as const, [topic, start]);
  const order = isNewestFirst(start) ? 'newest' : 'oldest';
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => readPage(topic, start, pageParam, signal),
    initialPageParam: before,
    enabled: start.kind !== 'place' || before !== undefined,
    getNextPageParam: (last: RecordPage) => (order === 'newest' ? last.older : (last.newer ?? last.end)),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    structuralSharing: false,
  });
  const newest = useQuery({
    queryKey: ['newest', topic],
    queryFn: async ({ signal }) => {
      const page = await readPage(topic, { kind: 'newest' }, undefined, signal);
      queryClient.setQueryData<Pages>(queryKey, (known) => withNewest(known, page));
      return Date.now();
    },
    enabled: false,
    gcTime: 0,
  });
  const records = useMemo(() => pages.data?.pages.flatMap((page) => page.records), [pages.data]);
  const { isFetching, isError, fetchNextPage } = pages;
  const last = pages.data?.pages.at(-1);
  const hasNextPage = pages.hasNextPage && last?.end === undefined;
  const readTo = useMemo(() => (last?.end === undefined ? undefined : offsetsIn(last.end)), [last]);
  const readOn = useCallback(() => {
    // After a failure the user decides: scrolling must not hammer a cluster that does not answer.
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  const add = useCallback(
    (fresh: readonly TopicRecord[]) =>
      queryClient.setQueryData<Pages>(queryKey, (known) => known && withFresh(known, fresh)),
    [queryClient, queryKey],
  );
  return {
    records,
    isEnd: !hasNextPage,
    isCut: pages.data?.pages.some((page) => 'isCut' in page) ?? false,
    isReadingOn: pages.isFetchingNextPage,
    isReadingNewest: pages.isLoading || newest.isFetching,
    error: pages.error ?? newest.error,
    readOn,
    readTo,
    readNewer: fetchNextPage,
    readNewest: useReadNewest(pages.data === undefined, pages.refetch, newest.refetch),
    add,
  };
}

/** Before the first page there is nothing to replace: the first reading itself is tried again. */
function useReadNewest(isFirst: boolean, readFirst: () => unknown, readAgain: () => unknown): () => void {
  return useCallback(() => void (isFirst ? readFirst() : readAgain()), [isFirst, readFirst, readAgain]);
}

function readPage(
  topic: string,
  start: RecordStart,
  cursor: PageCursor | undefined,
  signal: AbortSignal,
): Promise<RecordPage> {
  const from = isNewestFirst(start) ? { before: cursor } : { order: 'oldest' as const, after: cursor };
  const since = start.kind === 'time' ? { since: start.since } : {};
  return client.topics.records({ topic, limit: pageSize, ...from, ...since }, { signal });
}

function onlyPage(page: RecordPage): Pages {
  return { pages: [page], pageParams: [undefined] };
}

interface CutPage extends RecordPage {
  readonly isCut: true;
}

/**
 * Nothing new: the list stays as it is. Where the page reaches back to the newest known record, what is new goes on top;
 * where it does not, more came than a page holds: the list begins again.
 */
function withNewest(known: Pages | undefined, page: RecordPage): Pages {
  const newest = known?.pages[0]?.records[0];
  const at = newest === undefined ? -1 : page.records.findIndex((record) => recordKey(record) === recordKey(newest));
  if (known === undefined || at < 0) return onlyPage(page);
  return at === 0 ? known : onTop(known, page.records.slice(0, at));
}

/** A tail begins before the page that is shown was read: what both have counts once. */
function withFresh(known: Pages, records: readonly TopicRecord[]): Pages {
  const newest = new Map<number, bigint>();
  for (const { partition, offset } of known.pages.flatMap((page) => page.records)) {
    if (offset > (newest.get(partition) ?? -1n)) newest.set(partition, offset);
  }
  const fresh = records.filter(({ partition, offset }) => offset > (newest.get(partition) ?? -1n));
  return fresh.length === 0 ? known : onTop(known, fresh);
}

function onTop(known: Pages, fresh: readonly TopicRecord[]): Pages {
  const records = [...fresh, ...known.pages.flatMap((page) => page.records)];
  const older = known.pages.at(-1)?.older;
  if (records.length > mostRecords || known.pages.some((page) => 'isCut' in page)) {
    const page: CutPage = { records: records.slice(0, mostRecords), isCut: true };
    return onlyPage(page);
  }
  return onlyPage(older === undefined ? { records } : { records, older });
}

function offsetsIn(cursor: PageCursor): ReadonlyMap<number, bigint> {
  const pairs = cursor.split(',').map((pair) => pair.split(':') as [partition: string, offset: string]);
  return new Map(pairs.map(([partition, offset]) => [Number(partition), BigInt(offset)]));
}

/** A record's identity within its topic. */
export function recordKey({ partition, offset }: TopicRecord): string {
  return `${partition}@${offset}`;
}
