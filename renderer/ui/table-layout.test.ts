import { expect, test } from 'vitest';
import type { Column } from './table-column.ts';
import { type ColumnChoices, inOrder, layOut, limitWidth, none } from './table-layout.ts';

const column = (id: string, width: number | string, startsGroup = false): Column<unknown> => ({
  id,
  title: id,
  width,
  startsGroup,
  cell: () => null,
});
const columns: readonly Column<unknown>[] = [
  column('time', 100),
  column('offset', 80),
  column('carrier', 'minmax(120px, 1fr)', true),
  column('delay', 60),
  { id: 'rest', title: '', width: 'minmax(0, 1fr)', cell: () => null },
];
const choices = (some: Partial<ColumnChoices>): ColumnChoices => ({ ...none, ...some });
const idsOf = (shown: readonly Column<unknown>[]) => shown.map(({ id }) => id).join(' ');

test('without a choice the columns are as they are', () => {
  const layout = layOut(columns, none);
  expect(layout.columns).toEqual(columns);
  expect(layout.tracks).toEqual(['100px', '80px', 'minmax(120px, 1fr)', '60px', 'minmax(0, 1fr)']);
  expect(layout.minWidth).toBe(100 + 80 + 120 + 60);
  expect(layout.isChanged).toBe(false);
});

test('a chosen width takes the place of the column’s own', () => {
  const layout = layOut(columns, choices({ widths: { carrier: 300, gone: 10 } }));
  expect(layout.tracks[2]).toBe('300px');
  expect(layout.minWidth).toBe(540);
});

test('a hidden column is left out and counted; one that is not there is not', () => {
  const layout = layOut(columns, choices({ hidden: ['offset', 'gone'] }));
  expect(idsOf(layout.columns)).toBe('time carrier delay rest');
  expect(layout.hidden).toEqual(['offset']);
});

test('columns move within their group only, new ones keep their place', () => {
  const order = ['delay', 'offset', 'time', 'carrier'];
  expect(idsOf(inOrder(columns, choices({ order })))).toBe('offset time delay carrier rest');
  expect(idsOf(inOrder(columns, choices({ order: ['offset', 'time'] })))).toBe('offset time carrier delay rest');
});

test('the hairline of a group stands before whichever of its columns comes first', () => {
  const { columns: shown } = layOut(columns, choices({ hidden: ['carrier'] }));
  expect(shown.map(({ id, startsGroup = false }) => [id, startsGroup])).toEqual([
    ['time', false],
    ['offset', false],
    ['delay', true],
    ['rest', false],
  ]);
});

test('frozen columns have a width of their own, each with what stands left of it', () => {
  const layout = layOut(columns, choices({ frozen: 3, widths: { time: 150 } }));
  expect(layout.offsets).toEqual([0, 150, 230]);
  expect(layout.tracks.slice(0, 3)).toEqual(['150px', '80px', '160px']);
  expect(layOut(columns, choices({ frozen: 9 })).frozen).toBe(4);
});

test('a width stays usable', () => {
  expect([limitWidth(-5), limitWidth(123.4), limitWidth(1e6)]).toEqual([40, 123, 1_200]);
});
