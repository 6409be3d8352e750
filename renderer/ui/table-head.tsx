/**
 * The head row of a DataTable: stays in sight, sorts where a column can, and is where columns are made wider, moved and hidden.
 *
 * One stop for Tab: the left and right arrows move between the heads, Shift with them changes the width, Enter sorts, ↓ opens the menu.
 */
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { classes } from '../lib/classes.ts';
import { type Column, cellClass, frozenStyle } from './table-column.ts';
import type { TableLayout, TableLayoutActions } from './table-layout.ts';
import { ColumnMenu } from './table-menu.tsx';
import type { Sort } from './table-sort.ts';

interface TableHeadProps<Row> {
  readonly layout: TableLayout<Row> & TableLayoutActions;
  readonly sort: Sort | undefined;
  readonly onSort: ((columnId: string) => void) | undefined;
  readonly showsFocus: boolean;
  readonly describedBy: string;
}

const step = 16;

export function TableHead<Row>({ layout, sort, onSort, showsFocus, describedBy }: TableHeadProps<Row>) {
  const { columns, frozen } = layout;
  const row = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(0);
  const [menu, setMenu] = useState<{ readonly column: Column<Row>; readonly anchor: HTMLElement }>();
  const buttons = (): HTMLElement[] => [...(row.current?.querySelectorAll<HTMLElement>('[data-head]') ?? [])];
  const press = (event: KeyboardEvent<HTMLElement>, column: Column<Row>, index: number): void => {
    const direction = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const anchor = event.currentTarget;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (direction !== 0 && event.shiftKey) layout.setWidth(column.id, widthOf(anchor) + direction * step);
    else if (direction !== 0) buttons()[index + direction]?.focus();
    else if (event.key === 'ArrowDown') setMenu({ column, anchor });
    else {
      // Enter and Space do what a click does; the grid's own keys are not for its head.
      if (event.key === 'Enter' || event.key === ' ') event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual grid can't be a <table>
    <div role="rowgroup" className="sticky top-0 z-10 w-full min-w-(--table-width) bg-bg">
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see above */}
      <div
        ref={row}
        role="row"
        aria-rowindex={1}
        data-head-row=""
        className={classes(
          'grid h-row grid-cols-(--tracks) items-center border-line border-b',
          showsFocus && 'group-focus-visible/grid:shadow-[inset_0_-2px_var(--accent)]',
        )}
      >
        {columns.map((column, index) => (
          // biome-ignore lint/a11y/useSemanticElements: see above
          // biome-ignore lint/a11y/useFocusableInteractive: see above
          <div
            key={column.id}
            role="columnheader"
            aria-colindex={index + 1}
            {...(sort?.columnId === column.id ? { 'aria-sort': sort.direction } : {})}
            {...(index < frozen ? { style: frozenStyle(index) } : {})}
            className={classes(
              cellClass(column, index),
              'group/head relative text-data text-faint',
              index < frozen && 'sticky z-[1] content-center self-stretch bg-bg',
              index === frozen - 1 && 'border-line border-r',
            )}
          >
            {column.head}
            {column.head === undefined && column.title !== '' && (
              <>
                <HeadButton
                  column={column}
                  sort={sort}
                  isStop={index === Math.min(current, columns.length - 1)}
                  describedBy={describedBy}
                  onSort={onSort}
                  onFocus={() => setCurrent(index)}
                  onKeyDown={(event) => press(event, column, index)}
                  onMenu={(anchor) => setMenu({ column, anchor })}
                />
                <ResizeHandle onResize={(width) => layout.setWidth(column.id, width)} />
              </>
            )}
          </div>
        ))}
      </div>
      <ColumnMenu
        layout={layout}
        opened={menu}
        onClose={() => setMenu(undefined)}
        onSort={menu?.column.isSortable === true ? onSort : undefined}
      />
    </div>
  );
}

/** Of the column that a head's button stands in. */
const widthOf = (button: HTMLElement): number => button.parentElement?.getBoundingClientRect().width ?? 0;

interface HeadButtonProps {
  readonly column: Pick<Column<unknown>, 'id' | 'title' | 'align' | 'isSortable'>;
  readonly sort: Sort | undefined;
  readonly isStop: boolean;
  readonly describedBy: string;
  readonly onSort: ((columnId: string) => void) | undefined;
  readonly onFocus: () => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  readonly onMenu: (anchor: HTMLElement) => void;
}

function HeadButton({ column, sort, onSort, onMenu, isStop, describedBy, onFocus, onKeyDown }: HeadButtonProps) {
  const { id, title, align, isSortable = false } = column;
  const canSort = isSortable && onSort !== undefined;
  const isSorted = sort?.columnId === id;
  const Icon = isSorted && sort.direction === 'ascending' ? ArrowUp : ArrowDown;
  return (
    <button
      type="button"
      data-head=""
      tabIndex={isStop ? 0 : -1}
      aria-describedby={describedBy}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
      onClick={(event) => (canSort ? onSort(id) : onMenu(event.currentTarget))}
      onContextMenu={(event) => {
        event.preventDefault();
        onMenu(event.currentTarget);
      }}
      className={classes(
        'inline-flex max-w-full items-center gap-1 rounded-small align-bottom hover:text-text',
        align === 'right' && 'flex-row-reverse',
        isSorted && 'text-text',
      )}
    >
      <span className="truncate">{title}</span>
      {canSort && <Icon size={12} aria-hidden className={classes('shrink-0', !isSorted && 'invisible')} />}
    </button>
  );
}

/** For the mouse; the keyboard has Shift and the arrows. A double click takes the width back. */
function ResizeHandle({ onResize }: { readonly onResize: (width: number | undefined) => void }) {
  const start = useRef<{ x: number; width: number }>(undefined);
  const drag = (event: PointerEvent): void => {
    if (start.current !== undefined) onResize(start.current.width + event.clientX - start.current.x);
  };
  return (
    <span
      aria-hidden
      data-resize=""
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const width = event.currentTarget.parentElement?.getBoundingClientRect().width ?? 0;
        start.current = { x: event.clientX, width };
      }}
      onPointerMove={drag}
      onPointerUp={() => {
        start.current = undefined;
      }}
      onDoubleClick={() => onResize(undefined)}
      className="absolute inset-y-0 right-0 w-[7px] cursor-col-resize touch-none border-transparent border-r-2 hover:border-accent-line group-hover/head:border-line-strong"
    />
  );
}
