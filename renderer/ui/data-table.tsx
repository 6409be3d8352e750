/**
 * A table of any length: only the rows in sight are in the page. Arrow keys move the selection, Enter opens, Esc lets go.
 *
 * One grid to screen readers: it has the focus, the selected row is its active descendant.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type KeyboardEvent,
  memo,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useRef,
} from 'react';
import { classes } from '../lib/classes.ts';
import { isFocusFree } from '../lib/focus.ts';
import { type Sort, TableHead } from './table-head.tsx';

export const rowHeight = 28;
const rowsFromEnd = 30;

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** Pixels, or any CSS grid track. */
  readonly width: number | string;
  readonly align?: 'right';
  /** Kept apart from its neighbours where the columns of the record begin. */
  readonly startsGroup?: boolean;
  readonly isSortable?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

export interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** The row of a key, without a search: for very long tables. */
  readonly indexOf?: (key: string) => number;
  readonly selected?: string | undefined;
  readonly onSelect?: (row: Row | undefined) => void;
  /** Enter or a double click. */
  readonly onOpen?: (row: Row) => void;
  /** A click opens too: for lists of things that have a page of their own. */
  readonly opensOnClick?: boolean;
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
  useFocusWhenFree(scroller);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: rowHeight,
  });
  const items = virtual.getVirtualItems();
  useNearEnd(items.at(-1)?.index, rows.length, props.onNearEnd);
  useShown(items[0]?.index, items.at(-1)?.index, props.onShow);
  const selectedIndex =
    selected === undefined ? -1 : (props.indexOf?.(selected) ?? rows.findIndex((row) => keyOf(row) === selected));
  const onKeyDown = useTableKeys(props, selectedIndex, (index) => virtual.scrollToIndex(index), scroller);
  const tracks = columns.map(({ width }) => (typeof width === 'number' ? `${width}px` : width)).join(' ');
  const isRendered = items.some(({ index }) => index === selectedIndex);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual grid can't be a <table>
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={rowCount === -1 ? -1 : rowCount + 1}
      aria-colcount={columns.length}
      {...(isRendered ? { 'aria-activedescendant': `${id}${selectedIndex}` } : {})}
      onKeyDown={onKeyDown}
      onScroll={(event) => props.onScrolledToTop?.(event.currentTarget.scrollTop < rowHeight)}
      className="group/grid relative h-full overflow-auto focus-visible:outline-none"
      style={{ '--tracks': tracks } as CSSProperties}
    >
      {/* The selected row shows the focus, where one is in sight; else the head does. */}
      <TableHead columns={columns} sort={props.sort} onSort={props.onSort} showsFocus={!isRendered} />
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="rowgroup" className="relative w-max min-w-full" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const key = keyOf(row);
          return (
            <TableRow
              key={key}
              id={`${id}${index}`}
              row={row}
              index={index}
              start={start}
              columns={columns as readonly Column<unknown>[]}
              isSelected={key === selected}
              onSelect={props.onSelect as ((row: unknown) => void) | undefined}
              onOpen={props.onOpen as ((row: unknown) => void) | undefined}
              opensOnClick={props.opensOnClick ?? false}
              isOdd={props.isOdd?.(row) ?? false}
              wide={props.wide as TableRowProps['wide']}
            />
          );
        })}
      </div>
      {props.footer}
    </div>
  );
}

interface TableRowProps {
  readonly id: string;
  readonly row: unknown;
  readonly index: number;
  readonly start: number;
  readonly columns: readonly Column<unknown>[];
  readonly isSelected: boolean;
  readonly onSelect: ((row: unknown) => void) | undefined;
  readonly onOpen: ((row: unknown) => void) | undefined;
  readonly opensOnClick: boolean;
  readonly isOdd: boolean;
  readonly wide: { readonly from: number; readonly cell: (row: unknown) => ReactNode | undefined } | undefined;
}

const TableRow = memo(function TableRow(props: TableRowProps) {
  const { row, columns, isSelected, onSelect, onOpen, wide } = props;
  const wideCell = wide?.cell(row);
  const shown = wide === undefined || wideCell === undefined ? columns : columns.slice(0, wide.from);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual grid can't be a <table>
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
    <div
      id={props.id}
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={isSelected}
      onClick={() => {
        onSelect?.(row);
        if (props.opensOnClick) onOpen?.(row);
      }}
      onDoubleClick={() => !props.opensOnClick && onOpen?.(row)}
      style={{ transform: `translateY(${props.start}px)` }}
      className={classes(
        'absolute top-0 left-0 grid h-row w-full grid-cols-(--tracks) items-center border-line/55 border-b',
        isSelected && 'bg-accent-tint shadow-[inset_2px_0_var(--accent)]',
        isSelected && '-outline-offset-1 outline-accent group-focus-visible/grid:outline-1',
        !isSelected && (props.isOdd ? 'bg-warn-tint shadow-[inset_2px_0_var(--warn)]' : 'hover:bg-raised/60'),
      )}
    >
      {shown.map((column, index) => (
        // biome-ignore lint/a11y/useSemanticElements: see above
        // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
        <div key={column.id} role="gridcell" aria-colindex={index + 1} className={cellClass(column, index)}>
          {column.cell(row)}
        </div>
      ))}
      {wide !== undefined && wideCell !== undefined && (
        // biome-ignore lint/a11y/useSemanticElements: see above
        // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
        <div
          role="gridcell"
          aria-colindex={wide.from + 1}
          aria-colspan={columns.length - wide.from}
          className={cellClass({ startsGroup: true }, wide.from)}
          style={{ gridColumn: `${wide.from + 1} / -1` }}
        >
          {wideCell}
        </div>
      )}
    </div>
  );
});

export function cellClass(column: Pick<Column<unknown>, 'align' | 'startsGroup'>, index: number): string {
  return classes(
    'min-w-0 truncate pr-2',
    index === 0 ? 'pl-4' : 'pl-2',
    column.align === 'right' && 'figures text-right',
    column.startsGroup === true && 'ml-2 border-line border-l pl-3!',
  );
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

function useTableKeys<Row>(
  { rows, onSelect, onOpen, selected }: DataTableProps<Row>,
  selectedIndex: number,
  scrollTo: (index: number) => void,
  scroller: RefObject<HTMLElement | null>,
) {
  return (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const last = rows.length - 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: selectedIndex + 1,
      ArrowUp: selectedIndex - 1,
      PageDown: selectedIndex + page,
      PageUp: selectedIndex - page,
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    const current = rows[selectedIndex];
    if (target !== undefined && last >= 0) {
      const index = Math.min(last, Math.max(0, target));
      onSelect?.(rows[index]);
      scrollTo(index);
    } else if (event.key === 'Enter' && current !== undefined) onOpen?.(current);
    else if (event.key === 'Escape' && selected !== undefined) onSelect?.(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}
