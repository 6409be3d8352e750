/** The head row of a DataTable: stays in sight, sorts where a column can. */
import { ArrowDown, ArrowUp } from 'lucide-react';
import { classes } from '../lib/classes.ts';
import { type Column, cellClass } from './data-table.tsx';

export interface Sort {
  readonly columnId: string;
  readonly direction: 'ascending' | 'descending';
}

interface TableHeadProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly sort: Sort | undefined;
  readonly onSort: ((columnId: string) => void) | undefined;
  readonly showsFocus: boolean;
}

export function TableHead<Row>({ columns, sort, onSort, showsFocus }: TableHeadProps<Row>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual grid can't be a <table>
    <div role="rowgroup" className="sticky top-0 z-10 w-max min-w-full bg-bg">
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see above */}
      <div
        role="row"
        aria-rowindex={1}
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
            className={classes(cellClass(column, index), 'text-data text-faint')}
          >
            {column.isSortable === true && onSort !== undefined ? (
              <SortButton column={column} sort={sort} onSort={onSort} />
            ) : (
              column.title
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

interface SortButtonProps {
  readonly column: Pick<Column<unknown>, 'id' | 'title' | 'align'>;
  readonly sort: Sort | undefined;
  readonly onSort: (columnId: string) => void;
}

function SortButton({ column, sort, onSort }: SortButtonProps) {
  const isSorted = sort?.columnId === column.id;
  const Icon = isSorted && sort.direction === 'ascending' ? ArrowUp : ArrowDown;
  return (
    <button
      type="button"
      onClick={() => onSort(column.id)}
      className={classes(
        'inline-flex items-center gap-1 rounded-small hover:text-text',
        column.align === 'right' && 'flex-row-reverse',
        isSorted && 'text-text',
      )}
    >
      {column.title}
      <Icon size={12} aria-hidden className={isSorted ? '' : 'invisible'} />
    </button>
  );
}

/** The next order when a column's head is clicked: its natural one first, then the other. */
export function nextSort(sort: Sort | undefined, columnId: string, first: Sort['direction']): Sort {
  if (sort?.columnId !== columnId) return { columnId, direction: first };
  return { columnId, direction: sort.direction === 'ascending' ? 'descending' : 'ascending' };
}
