/**
 * What is chosen in a table, by keyboard and by mouse: a row, or one cell of it. Up and down go from row to row, right goes into
 * the cells, left from the first of them back to the row. What is chosen is what is copied.
 */
import { type ClipboardEvent, type KeyboardEvent, type MouseEvent, useState } from 'react';
import type { Column } from './table-column.ts';
import { say } from './toast.ts';

/** Pixels of a step sideways while no row is chosen: about a column. */
const sideStep = 120;

export interface Choosable<Row> {
  readonly rows: readonly Row[];
  /** The key of the selected row. */
  readonly selected?: string | undefined;
  readonly onSelect?: (row: Row | undefined) => void;
  /** Enter or a double click. */
  readonly onOpen?: (row: Row) => void;
  /** The space bar. */
  readonly onToggle?: (row: Row) => void;
  /** A click opens too: for lists of things that have a page of their own. */
  readonly opensOnClick?: boolean;
}

export interface TableCursorOptions<Row> {
  readonly table: Choosable<Row>;
  /** Those in sight, in their order. */
  readonly columns: readonly Column<Row>[];
  /** The one that a row shows over all columns from it on; undefined for a row of cells. */
  readonly wideFrom: (row: Row) => number | undefined;
  /** -1 while none is. */
  readonly selectedIndex: number;
  readonly scrollTo: (index: number) => void;
  readonly rowHeight: number;
  /** Of the row, or of a cell of it, in the page. */
  readonly idOf: (row: number, cell?: number) => string;
}

export interface TableCursor {
  /** Counted in the columns in sight; undefined while the row as a whole is chosen. */
  readonly cell: number | undefined;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  readonly onClick: (event: MouseEvent<HTMLElement>) => void;
  readonly onCopy: (event: ClipboardEvent<HTMLElement>) => void;
}

export function useTableCursor<Row>(options: TableCursorOptions<Row>): TableCursor {
  const { table, columns, selectedIndex, idOf } = options;
  const row = table.rows[selectedIndex];
  const [chosen, setCell] = useState<number>();
  const lastCell = row === undefined ? -1 : lastCellOf(options, row);
  const cell = chosen === undefined || lastCell === -1 ? undefined : Math.min(chosen, lastCell);

  const enter = (next: number): void => {
    setCell(next);
    const element = document.getElementById(idOf(selectedIndex, next));
    element?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  const goSideways = (scroller: HTMLElement, step: 1 | -1): void => {
    const isAtRow = cell === undefined;
    if (row === undefined || (isAtRow && step === -1)) scroller.scrollBy({ left: step * sideStep });
    else if (isAtRow) enter(0);
    else if (cell + step >= 0) enter(Math.min(cell + step, lastCell));
    else {
      setCell(undefined);
      scroller.scrollTo({ left: 0 });
    }
  };
  const textOf = (row: Row, index: number): string =>
    columns[index]?.text?.(row) ?? document.getElementById(idOf(selectedIndex, index))?.textContent ?? '';
  return {
    cell,
    onKeyDown: (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const isSideways = event.key === 'ArrowRight' || event.key === 'ArrowLeft';
      if (isSideways) goSideways(event.currentTarget, event.key === 'ArrowRight' ? 1 : -1);
      else if (!pressed(options, event)) return;
      event.preventDefault();
      event.stopPropagation();
    },
    onClick: ({ target }) => {
      const clicked = (target as HTMLElement).closest('[role="gridcell"]')?.getAttribute('aria-colindex');
      if (clicked != null && table.opensOnClick !== true) setCell(Number(clicked) - 1);
    },
    onCopy: (event) => {
      if (row === undefined || String(getSelection()) !== '') return;
      const cells = cell === undefined ? Array.from({ length: lastCell + 1 }, (_, index) => index) : [cell];
      const texts = cells.map((index) => textOf(row, index));
      event.clipboardData.setData('text/plain', cell === undefined ? texts.map(quoted).join('\t') : texts.join());
      event.preventDefault();
      say({ about: 'copy', title: cell === undefined ? 'Row copied' : `${columns[cell]?.title || 'Cell'} copied` });
    },
  };
}

/** Columns without a title only fill the rest; a row that shows one thing ends with it. */
function lastCellOf<Row>({ columns, wideFrom }: TableCursorOptions<Row>, row: Row): number {
  return wideFrom(row) ?? columns.findLastIndex(({ title }) => title !== '');
}

/** As spreadsheets take it: a cell with a tab or a line's end stands in quotes. */
const quoted = (text: string): string => (/[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Moves the selection or does something with it; false for a key that is not the table's. */
function pressed<Row>(
  { table, selectedIndex, scrollTo, rowHeight }: TableCursorOptions<Row>,
  { key, currentTarget }: KeyboardEvent<HTMLElement>,
): boolean {
  const { rows, selected, onSelect, onOpen, onToggle } = table;
  const page = Math.max(1, Math.floor(currentTarget.clientHeight / rowHeight) - 2);
  const last = rows.length - 1;
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: selectedIndex + 1,
    ArrowUp: selectedIndex - 1,
    PageDown: selectedIndex + page,
    PageUp: selectedIndex - page,
    Home: 0,
    End: last,
  };
  const target = targets[key];
  const current = rows[selectedIndex];
  if (target !== undefined && last >= 0) {
    const index = Math.min(last, Math.max(0, target));
    onSelect?.(rows[index]!);
    scrollTo(index);
  } else if (key === 'Enter' && current !== undefined) onOpen?.(current);
  else if (key === ' ' && current !== undefined && onToggle !== undefined) onToggle(current);
  else if (key === 'Escape' && selected !== undefined) onSelect?.(undefined);
  else return false;
  return true;
}
