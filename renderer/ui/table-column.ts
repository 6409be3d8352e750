/** What a column of a DataTable is. */
import type { ReactNode } from 'react';
import { classes } from '../lib/classes.ts';

export interface Column<Row> {
  readonly id: string;
  /** Empty for a column that only fills the rest of the width. */
  readonly title: string;
  /** Pixels, or any CSS grid track. */
  readonly width: number | string;
  readonly align?: 'right';
  /** Kept apart from its neighbours where the columns of the record begin. */
  readonly startsGroup?: boolean;
  readonly isSortable?: boolean;
  /** In the head instead of the title: a control that stands for the whole column. */
  readonly head?: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** What is copied of it, where that is not the text of `cell`: the whole value, digits without separators. */
  readonly text?: (row: Row) => string | undefined;
}

export function cellClass(column: Pick<Column<unknown>, 'align' | 'startsGroup'>, index: number): string {
  return classes(
    'min-w-0 truncate pr-2',
    index === 0 ? 'pl-4' : 'pl-2',
    column.align === 'right' && 'figures text-right',
    column.startsGroup === true && 'ml-2 border-line border-l pl-3!',
  );
}

/** A frozen cell stays at the left; its offset is a variable of the table, so that a new width draws no row again. */
export const frozenStyle = (index: number) => ({ left: `var(--left-${index})` });
