/** The entries that fit a filter, page by page; read again whenever something was changed. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { JournalEntry } from '#core/contract/journal.ts';
import { queries } from '../../api/client.ts';
import { useJournalStatus } from '../../api/live.ts';

const pageEntries = 100;

export interface JournalFilter {
  readonly text: string;
  readonly result: 'all' | 'done' | 'failed';
}

export interface JournalList {
  /** Undefined until the first page came. */
  readonly entries: readonly JournalEntry[] | undefined;
  readonly unreadable: number;
  readonly isOldest: boolean;
  readonly error: unknown;
  readonly readOlder: () => void;
  readonly readAgain: () => void;
}

export function useJournal({ text, result }: JournalFilter): JournalList {
  const query = useInfiniteQuery(
    queries.journal.list.infiniteOptions({
      input: (before: string | undefined) => ({
        limit: pageEntries,
        ...(text !== '' && { text }),
        ...(result !== 'all' && { result }),
        ...(before !== undefined && { before }),
      }),
      initialPageParam: undefined,
      getNextPageParam: (last) => last.older,
      placeholderData: keepPreviousData,
    }),
  );
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const added = useJournalStatus()?.added ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each number of entries
  useEffect(() => void refetch(), [added]);
  return {
    entries: data?.pages.flatMap(({ entries }) => entries),
    unreadable: data?.pages.reduce((sum, page) => sum + page.unreadable, 0) ?? 0,
    isOldest: !hasNextPage,
    error,
    readOlder: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
    readAgain: () => void refetch(),
  };
}
