/**
 * A table of any length: only the rows in sight are in the page. The arrows move the selection (table-cursor.ts), Enter opens, Esc
 * lets go.
 *
 * One grid to screen readers: it has the focus, the selected row or a cell of it is its active descendant.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type ReactNode, type RefObject, useEffect, useId, useMemo, useRef } from 'react';
import { isFocusFree } from '../lib/focus.ts';
import { useRowHeight } from '../lib/preferences.ts';
import type { Column } from './table-column.ts';
import { type Choosable, useTableCursor } from './table-cursor.ts';
import { TableHead } from './table-head.tsx';
import { type TableLayout, useTableLayout } from './table-layout.ts';
import { ColumnChooser } from './table-menu.tsx';
import { TableRow, type TableRowProps } from './table-row.tsx';
import type { Sort } from './table-sort.ts';

export type { Column } from './table-column.ts';

const rowsFromEnd = 30;

export interface DataTableProps<Row> extends Choosable<Row> {
  readonly label: string;
  /** Under which widths, order and visibility of the columns are remembered. */
  readonly name?: string;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** The row of a key, without a search: for very long tables. */
  readonly indexOf?: (key: string) => number;
  /** The last rows came into sight. */
  readonly onNearEnd?: () => void;
  /** Which rows are in sight. */
  readonly onShow?: (first: number, last: number) => void;
  readonly onScrolledToTop?: (isAtTop: boolean) => void;
  readonly sort?: Sort | undefined;
  readonly onSort?: (columnId: string) => void;
  /** All rows there are, where more than those given; -1 while that is unknown. */
  readonly rowCount?: number;
  readonly footer?: ReactNode;
  /** A row to look at: something about it is not as it should be. What, the row or its inspector says. */
  readonly isOdd?: (row: Row) => boolean;
  /** A row that has one thing to show instead of its cells from a column on: undefined where it has those cells. */
  readonly wide?: { readonly from: number; readonly cell: (row: Row) => ReactNode | undefined } | undefined;
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, keyOf, selected, rowCount = rows.length } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const rowHeight = useRowHeight();
  useFocusWhenFree(scroller);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: rowHeight,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each height of a row
  useEffect(() => virtual.measure(), [rowHeight]);
  const items = virtual.getVirtualItems();
  useNearEnd(items.at(-1)?.index, rows.length, props.onNearEnd);
  useShown(items[0]?.index, items.at(-1)?.index, props.onShow);
  const selectedIndex =
    selected === undefined ? -1 : (props.indexOf?.(selected) ?? rows.findIndex((row) => keyOf(row) === selected));
  const layout = useTableLayout(props.name, columns);
  const wide = useMemo(() => wideIn(props.wide, columns, layout.columns), [props.wide, columns, layout.columns]);
  const idOf = (row: number, cell?: number): string => (cell === undefined ? `${id}${row}` : `${id}${row}-${cell}`);
  const cursor = useTableCursor({
    table: props,
    columns: layout.columns,
    wideFrom: (row) => (wide?.cell(row) === undefined ? undefined : wide.from),
    selectedIndex,
    scrollTo: (index) => virtual.scrollToIndex(index),
    rowHeight,
    idOf,
  });
  const isRendered = items.some(({ index }) => index === selectedIndex);
  return (
    <div className="group/table relative h-full">
      {/* biome-ignore lint/a11y/useSemanticElements: a virtual grid can't be a <table> */}
      <div
        ref={scroller}
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-rowcount={rowCount === -1 ? -1 : rowCount + 1}
        aria-colcount={layout.columns.length}
        {...(isRendered ? { 'aria-activedescendant': idOf(selectedIndex, cursor.cell) } : {})}
        onKeyDown={cursor.onKeyDown}
        onCopy={cursor.onCopy}
        onScroll={(event) => props.onScrolledToTop?.(event.currentTarget.scrollTop < rowHeight)}
        className="group/grid relative h-full overflow-auto focus-visible:outline-none"
        style={{ ...variables(layout), scrollPadding: `${rowHeight}px 0 0 ${layout.frozenWidth}px` }}
      >
        {/* The selected row shows the focus, where one is in sight; else the head does. */}
        <TableHead
          layout={layout}
          sort={props.sort}
          onSort={props.onSort}
          showsFocus={!isRendered}
          describedBy={`${id}keys`}
        />
        {/* biome-ignore lint/a11y/useSemanticElements: see above */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys */}
        <div
          role="rowgroup"
          onClick={cursor.onClick}
          className="relative w-full min-w-(--table-width)"
          style={{ height: virtual.getTotalSize() }}
        >
          {items.map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const key = keyOf(row);
            return (
              <TableRow
                key={key}
                id={idOf(index)}
                row={row}
                index={index}
                start={start}
                columns={layout.columns as readonly Column<unknown>[]}
                frozen={layout.frozen}
                isSelected={key === selected}
                cell={key === selected ? cursor.cell : undefined}
                onSelect={props.onSelect as ((row: unknown) => void) | undefined}
                onOpen={props.onOpen as ((row: unknown) => void) | undefined}
                opensOnClick={props.opensOnClick ?? false}
                isOdd={props.isOdd?.(row) ?? false}
                wide={wide as TableRowProps['wide']}
              />
            );
          })}
        </div>
        {props.footer}
      </div>
      <ColumnChooser columns={columns} layout={layout} />
      <span id={`${id}keys`} hidden>
        Left and right move between the heads, with Shift they change the width, Down opens the menu
      </span>
    </div>
  );
}

/** The widths as variables: dragging one draws no row again. */
function variables({ tracks, minWidth, offsets }: TableLayout<never>): CSSProperties {
  const lefts = offsets.map((left, index) => [`--left-${index}`, `${left}px`]);
  return { '--tracks': tracks.join(' '), '--table-width': `${minWidth}px`, ...Object.fromEntries(lefts) };
}

/** From which of the columns in sight on a row shows one thing. */
function wideIn<Row>(
  wide: DataTableProps<Row>['wide'],
  columns: readonly Column<Row>[],
  shown: readonly Column<Row>[],
): DataTableProps<Row>['wide'] {
  if (wide === undefined) return undefined;
  const kept = new Set(columns.slice(0, wide.from).map(({ id }) => id));
  return { ...wide, from: shown.filter(({ id }) => kept.has(id)).length };
}

/** After a jump by keyboard the arrows work at once. */
function useFocusWhenFree(element: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (isFocusFree(element.current)) element.current?.focus({ preventScroll: true });
  }, [element]);
}

function useNearEnd(last: number | undefined, count: number, onNearEnd: (() => void) | undefined): void {
  useEffect(() => {
    if (last !== undefined && last >= count - rowsFromEnd) onNearEnd?.();
  }, [last, count, onNearEnd]);
}

function useShown(
  first: number | undefined,
  last: number | undefined,
  onShow: ((first: number, last: number) => void) | undefined,
): void {
  useEffect(() => {
    if (first !== undefined && last !== undefined) onShow?.(first, last);
  }, [first, last, onShow]);
}
