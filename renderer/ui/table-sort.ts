/** The order of a table's rows by one of its columns. */

export interface Sort {
  readonly columnId: string;
  readonly direction: 'ascending' | 'descending';
}

/** The next order when a column's head is clicked: its natural one first, then the other. */
export function nextSort(sort: Sort | undefined, columnId: string, first: Sort['direction']): Sort {
  if (sort?.columnId !== columnId) return { columnId, direction: first };
  return { columnId, direction: sort.direction === 'ascending' ? 'descending' : 'ascending' };
}

type Sortable = bigint | number | string | undefined;

/** What is not known comes last, whatever the direction; rows alike in the column stand by name. */
export function inOrder<Row>(
  { columnId, direction }: Sort,
  valueIn: (row: Row, columnId: string) => Sortable,
  nameOf: (row: Row) => string,
): (a: Row, b: Row) => number {
  const sign = direction === 'ascending' ? 1 : -1;
  return (a, b) => {
    const [x, y] = [valueIn(a, columnId), valueIn(b, columnId)];
    if (x === y) return nameOf(a) < nameOf(b) ? -1 : 1;
    if (x === undefined || y === undefined) return x === undefined ? 1 : -1;
    return sign * (x < y ? -1 : 1);
  };
}
