/** The pages of a result near what is in sight: read when first shown, the farthest let go, so that a million rows take little memory. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { SqlPage, SqlValue } from '#core/contract/sql.ts';
import { client } from '../../api/client.ts';

const pageRows = 500;
const mostPages = 24;

export interface ResultPages {
  /** Undefined while its page is on its way. */
  readonly cell: (row: number, column: number) => SqlValue | undefined;
  /** The rows in sight. */
  readonly onShow: (first: number, last: number) => void;
  /** Of the last page that could not be read. */
  readonly error: unknown;
}

/** `rows`: how many the result has now; a page read before its end was known is read again. */
export function useResultPages(queryId: string, rows: number): ResultPages {
  const pages = useRef(new Map<number, SqlPage | 'reading'>());
  const [version, setVersion] = useState(0);
  const [error, setError] = useState<unknown>();
  const ending = useRef<AbortController>(undefined);
  useEffect(() => {
    const own = new AbortController();
    ending.current = own;
    const held = pages.current;
    return () => {
      own.abort();
      held.clear();
    };
  }, []);

  const read = useCallback(
    async (page: number): Promise<void> => {
      pages.current.set(page, 'reading');
      const signal = ending.current?.signal;
      try {
        const input = { queryId, from: page * pageRows, rows: pageRows };
        const answer = await client.sql.page(input, signal === undefined ? {} : { signal });
        pages.current.set(page, answer);
        setError(undefined);
      } catch (reason) {
        pages.current.delete(page);
        if (signal?.aborted !== true) setError(reason);
      }
      setVersion((before) => before + 1);
    },
    [queryId],
  );

  const onShow = useCallback(
    (first: number, last: number) => {
      const [from, to] = [Math.floor(first / pageRows), Math.floor(Math.max(0, last) / pageRows)];
      for (let page = from; page <= to; page += 1) {
        const known = pages.current.get(page);
        const isPartial =
          known !== undefined && known !== 'reading' && known.rows < Math.min(pageRows, rows - known.from);
        if (known === undefined || isPartial) void read(page);
      }
      letGo(pages.current, (from + to) / 2);
    },
    [read, rows],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new function when a page came, so that the rows in sight draw again
  const cell = useCallback(
    (row: number, column: number) => {
      const page = pages.current.get(Math.floor(row / pageRows));
      return page === undefined || page === 'reading' ? undefined : page.values[column]?.[row % pageRows];
    },
    [version],
  );
  return { cell, onShow, error };
}

function letGo(pages: Map<number, unknown>, center: number): void {
  if (pages.size <= mostPages) return;
  const farthest = [...pages.keys()].sort((a, b) => Math.abs(b - center) - Math.abs(a - center));
  for (const page of farthest.slice(0, pages.size - mostPages)) pages.delete(page);
}
