/**
 * What the user has made of a table's columns: widths, which are hidden, their order, how many stay in sight. Remembered under the
 * table's name; without one it lasts as long as the table.
 *
 * Columns keep to their group (`startsGroup`): the fields of a record stay behind its offset. One without a title only fills the rest.
 */
import { useCallback, useMemo, useState } from 'react';
import { readStoredObject, storeObject } from '../lib/stored.ts';
import type { Column } from './table-column.ts';

export interface ColumnChoices {
  readonly version: 1;
  /** Pixels by the column's id. */
  readonly widths: Readonly<Record<string, number>>;
  readonly hidden: readonly string[];
  /** Ids, as far as the order is not that of the columns. */
  readonly order: readonly string[];
  /** The first so many columns stay in sight. */
  readonly frozen: number;
}

export interface TableLayout<Row> {
  /** Those in sight, in their order; how many before column `n` of all is what `countBefore` says. */
  readonly columns: readonly Column<Row>[];
  readonly frozen: number;
  /** The width of each as a CSS grid track. */
  readonly tracks: readonly string[];
  /** Narrower than this the table scrolls to the side. */
  readonly minWidth: number;
  /** Pixels left of each frozen column. */
  readonly offsets: readonly number[];
  /** Pixels of all of them. */
  readonly frozenWidth: number;
  readonly hidden: readonly string[];
  readonly isChanged: boolean;
}

export interface TableLayoutActions {
  readonly setWidth: (id: string, width: number | undefined) => void;
  readonly toggle: (id: string) => void;
  readonly move: (id: string, step: 1 | -1) => void;
  readonly freeze: (count: number) => void;
  readonly reset: () => void;
}

const narrowest = 40;
const widest = 1_200;
/** What a flexible column takes when it has to have a width. */
const usualWidth = 160;

export const none: ColumnChoices = { version: 1, widths: {}, hidden: [], order: [], frozen: 0 };

export const limitWidth = (width: number): number => Math.round(Math.min(widest, Math.max(narrowest, width)));

export function useTableLayout<Row>(
  name: string | undefined,
  columns: readonly Column<Row>[],
): TableLayout<Row> & TableLayoutActions {
  const [choices, setChoices] = useState(() => (name === undefined ? none : readChoices(name)));
  const change = useCallback(
    (next: (choices: ColumnChoices) => ColumnChoices): void =>
      setChoices((before) => {
        const after = next(before);
        if (name !== undefined) storeObject(`table.${name}`, after);
        return after;
      }),
    [name],
  );
  const actions = useMemo(
    (): TableLayoutActions => ({
      setWidth: (id, width) => change((before) => ({ ...before, widths: withWidth(before.widths, id, width) })),
      toggle: (id) => change((before) => ({ ...before, hidden: toggled(before.hidden, id) })),
      move: (id, step) => change((before) => ({ ...before, order: moved(columns, before, id, step) })),
      freeze: (frozen) => change((before) => ({ ...before, frozen })),
      reset: () => change(() => none),
    }),
    [change, columns],
  );
  const layout = useMemo(() => layOut(columns, choices), [columns, choices]);
  return useMemo(() => ({ ...layout, ...actions }), [layout, actions]);
}

/** All columns in their order, hidden ones too. */
export function inOrder<Row>(columns: readonly Column<Row>[], { order }: ColumnChoices): readonly Column<Row>[] {
  let group = 0;
  const placed = columns.map((column, index) => {
    if (column.startsGroup === true || column.title === '') group += 1;
    const wanted = order.indexOf(column.id);
    return { column, group, place: wanted === -1 ? index : wanted };
  });
  return placed.toSorted((a, b) => a.group - b.group || a.place - b.place).map(({ column }) => column);
}

export function layOut<Row>(columns: readonly Column<Row>[], choices: ColumnChoices): TableLayout<Row> {
  const { widths, hidden } = choices;
  const shown = inOrder(columns, choices).filter(({ id }) => !hidden.includes(id));
  const frozen = Math.min(choices.frozen, shown.filter(({ title }) => title !== '').length);
  const pixels = shown.map(({ id, width }, index) => widths[id] ?? (index < frozen ? fixed(width) : undefined));
  const widthOfFirst = (count: number): number => pixels.slice(0, count).reduce((sum: number, w) => sum + (w ?? 0), 0);
  return {
    columns: withGroups(columns, shown),
    frozen,
    tracks: shown.map(({ width }, index) => trackOf(pixels[index] ?? width)),
    minWidth: shown.reduce((sum, { width }, index) => sum + (pixels[index] ?? leastOf(width)), 0),
    offsets: Array.from({ length: frozen }, (_, index) => widthOfFirst(index)),
    frozenWidth: widthOfFirst(frozen),
    hidden: hidden.filter((id) => columns.some((column) => column.id === id)),
    isChanged: choices !== none,
  };
}

/** The hairline of a group stands before whichever of its columns comes first. */
function withGroups<Row>(columns: readonly Column<Row>[], shown: readonly Column<Row>[]): readonly Column<Row>[] {
  const starts = columns.findIndex(({ startsGroup }) => startsGroup === true);
  if (starts === -1) return shown;
  const before = new Set(columns.slice(0, starts).map(({ id }) => id));
  const first = shown.find(({ id, title }) => !before.has(id) && title !== '');
  return shown.map((column) => {
    const startsGroup = column === first;
    return startsGroup === (column.startsGroup ?? false) ? column : { ...column, startsGroup };
  });
}

const trackOf = (width: number | string): string => (typeof width === 'number' ? `${width}px` : width);

/** `minmax(120px, 1fr)` takes 120 at least. */
function leastOf(width: number | string): number {
  return typeof width === 'number' ? width : Number(/(\d+)px/.exec(width)?.[1] ?? 0);
}

const fixed = (width: number | string): number =>
  typeof width === 'number' ? width : Math.max(usualWidth, leastOf(width));

function withWidth(widths: ColumnChoices['widths'], id: string, width: number | undefined): ColumnChoices['widths'] {
  const { [id]: _, ...others } = widths;
  return width === undefined ? others : { ...others, [id]: limitWidth(width) };
}

function toggled(ids: readonly string[], id: string): readonly string[] {
  return ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id];
}

/** Past the next one in sight; a neighbour of another group gives no way. */
function moved<Row>(
  columns: readonly Column<Row>[],
  choices: ColumnChoices,
  id: string,
  step: 1 | -1,
): readonly string[] {
  const ids = inOrder(columns, choices).map((column) => column.id);
  const from = ids.indexOf(id);
  let to = from + step;
  while (choices.hidden.includes(ids[to] ?? '')) to += step;
  if (from === -1 || to < 0 || to >= ids.length) return choices.order;
  ids.splice(to, 0, ...ids.splice(from, 1));
  return ids;
}

function readChoices(name: string): ColumnChoices {
  const stored = readStoredObject(`table.${name}`) as Partial<ColumnChoices> | undefined;
  const isKnown =
    stored?.version === 1 &&
    typeof stored.widths === 'object' &&
    Array.isArray(stored.hidden) &&
    Array.isArray(stored.order) &&
    typeof stored.frozen === 'number';
  return isKnown ? (stored as ColumnChoices) : none;
}
