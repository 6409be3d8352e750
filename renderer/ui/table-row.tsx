/** One row of a DataTable. It is drawn again only when its own content or state changes, not when the table scrolls. */
import { memo, type ReactNode } from 'react';
import { classes } from '../lib/classes.ts';
import { type Column, cellClass, frozenStyle } from './table-column.ts';

export interface TableRowProps {
  readonly id: string;
  readonly row: unknown;
  readonly index: number;
  readonly start: number;
  readonly columns: readonly Column<unknown>[];
  readonly frozen: number;
  readonly isSelected: boolean;
  /** The cell that is chosen in the selected row; undefined while the whole row is. */
  readonly cell: number | undefined;
  readonly onSelect: ((row: unknown) => void) | undefined;
  readonly onOpen: ((row: unknown) => void) | undefined;
  readonly opensOnClick: boolean;
  readonly isOdd: boolean;
  readonly wide: { readonly from: number; readonly cell: (row: unknown) => ReactNode | undefined } | undefined;
}

export const TableRow = memo(function TableRow(props: TableRowProps) {
  const { row, columns, frozen, isSelected, isOdd, onSelect, onOpen, wide } = props;
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
        'group/row absolute top-0 left-0 grid h-row w-full grid-cols-(--tracks) items-center border-line/55 border-b',
        isSelected && 'bg-accent-tint shadow-[inset_2px_0_var(--accent)]',
        isSelected && props.cell === undefined && focusOutline,
        !isSelected && (isOdd ? 'bg-warn-tint shadow-[inset_2px_0_var(--warn)]' : 'hover:bg-raised/60'),
      )}
    >
      {shown.map((column, index) => (
        // biome-ignore lint/a11y/useSemanticElements: see above
        // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
        <div
          key={column.id}
          id={`${props.id}-${index}`}
          role="gridcell"
          aria-colindex={index + 1}
          className={classes(
            cellClass(column, index),
            index < frozen && frozenClass(index, frozen, isSelected, isOdd),
            index === props.cell && chosenCell,
          )}
          {...(index < frozen ? { style: frozenStyle(index) } : {})}
        >
          {column.cell(row)}
        </div>
      ))}
      {wide !== undefined && wideCell !== undefined && (
        // biome-ignore lint/a11y/useSemanticElements: see above
        // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
        <div
          id={`${props.id}-${wide.from}`}
          role="gridcell"
          aria-colindex={wide.from + 1}
          aria-colspan={columns.length - wide.from}
          className={classes(cellClass({ startsGroup: true }, wide.from), wide.from === props.cell && chosenCell)}
          style={{ gridColumn: `${wide.from + 1} / -1` }}
        >
          {wideCell}
        </div>
      )}
    </div>
  );
});

const focusOutline = '-outline-offset-1 outline-accent group-focus-visible/grid:outline-1';
const chosenCell = `content-center self-stretch shadow-[inset_0_0_0_1px_var(--accent-line)] ${focusOutline}`;

/** What scrolls below it must not shine through: the row's tint lies over the ground once more. */
function frozenClass(index: number, frozen: number, isSelected: boolean, isOdd: boolean): string {
  return classes(
    'sticky z-[1] content-center self-stretch bg-bg',
    index === frozen - 1 && 'border-line border-r',
    isSelected && 'bg-linear-to-r from-accent-tint to-accent-tint',
    isSelected && index === 0 && 'shadow-[inset_2px_0_var(--accent)]',
    !isSelected && isOdd && 'bg-linear-to-r from-warn-tint to-warn-tint',
  );
}
