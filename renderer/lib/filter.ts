/** The filter of a list: shown is what has each of its words in its name, in any order, whatever their case. */
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { formatCount } from './format.ts';

export function hasWords(text: string, filter: string): boolean {
  const searched = text.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => searched.includes(word));
}

export interface Filter<Row> {
  /** As it is typed. */
  readonly text: string;
  readonly setText: (text: string) => void;
  /** What `shown` was filtered by: among thousands of rows the list follows a moment after the typing. */
  readonly words: string;
  readonly shown: readonly Row[] | undefined;
  readonly showAll: () => void;
  /** `12`, or `3 of 12`; empty while there are no rows. */
  readonly countText: string;
}

/** `nameOf` stays the same function. */
export function useFilter<Row>(rows: readonly Row[] | undefined, nameOf: (row: Row) => string): Filter<Row> {
  const [text, setText] = useState('');
  const words = useDeferredValue(text);
  const shown = useMemo(() => rows?.filter((row) => hasWords(nameOf(row), words)), [rows, words, nameOf]);
  const showAll = useCallback(() => setText(''), []);
  return { text, setText, words, shown, showAll, countText: countText(shown?.length, rows?.length) };
}

function countText(shown: number | undefined, all: number | undefined): string {
  if (shown === undefined || all === undefined) return '';
  return shown === all ? formatCount(all) : `${formatCount(shown)} of ${formatCount(all)}`;
}
