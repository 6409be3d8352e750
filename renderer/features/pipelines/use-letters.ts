/** The dead letters of one pipeline, page by page, kept up to date while the pipeline sets more aside or one is on its way. */
import { type QueryClient, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { DeadLetter } from '#core/contract/dead-letter.ts';
import type { PipelineStatus } from '#core/contract/pipeline.ts';
import { queries } from '../../api/client.ts';

const pageLetters = 100;
/** Until the pipeline has read what was redriven. */
const onItsWayMs = 1_000;

export interface LetterList {
  /** Undefined until the first page came. */
  readonly letters: readonly DeadLetter[] | undefined;
  /** Null where the definition names none. */
  readonly topic: string | null | undefined;
  readonly isOldest: boolean;
  readonly error: unknown;
  readonly readOlder: () => void;
  readonly readAgain: () => void;
}

export function useLetters({ name, progress }: PipelineStatus): LetterList {
  const query = useInfiniteQuery(
    queries.deadLetters.list.infiniteOptions({
      input: (before: string | undefined) => ({
        pipeline: name,
        limit: pageLetters,
        ...(before !== undefined && { before }),
      }),
      initialPageParam: undefined,
      getNextPageParam: (last) => last.older,
      refetchInterval: ({ state }) =>
        state.data?.pages.some(({ letters }) => letters.some(isOnItsWay)) ? onItsWayMs : false,
    }),
  );
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const deadLettered = progress?.deadLettered ?? 0n;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each number of letters
  useEffect(() => void refetch(), [deadLettered]);
  return {
    letters: data?.pages.flatMap(({ letters }) => letters),
    topic: data?.pages[0]?.topic,
    isOldest: !hasNextPage,
    error,
    readOlder: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
    readAgain: () => void refetch(),
  };
}

/** After something was done about letters. */
export function lettersChanged(queryClient: QueryClient): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: queries.deadLetters.key() });
}

export const isOnItsWay = ({ outcome }: Pick<DeadLetter, 'outcome'>): boolean => outcome.arrival === 'waiting';
