/** The menus of a DataTable: that of one column, and the one that brings hidden columns back. */
import { Menu as Base } from '@base-ui/react/menu';
import { ArrowDownUp, ArrowLeft, ArrowRight, Columns3, EyeOff, Pin, PinOff, RotateCcw } from 'lucide-react';
import { Menu, type MenuAction, MenuGroups, menuClass } from './menu.tsx';
import type { Column } from './table-column.ts';
import type { TableLayout, TableLayoutActions } from './table-layout.ts';

interface ColumnMenuProps<Row> {
  readonly layout: TableLayout<Row> & TableLayoutActions;
  readonly opened: { readonly column: Column<Row>; readonly anchor: HTMLElement } | undefined;
  readonly onClose: () => void;
  readonly onSort: ((columnId: string) => void) | undefined;
}

export function ColumnMenu<Row>({ layout, opened, onClose, onSort }: ColumnMenuProps<Row>) {
  return (
    <Base.Root open={opened !== undefined} onOpenChange={(isOpen) => !isOpen && onClose()} modal={false}>
      <Base.Portal>
        <Base.Positioner anchor={opened?.anchor ?? null} sideOffset={4} align="start" className="z-50">
          <Base.Popup className={menuClass} finalFocus={() => opened?.anchor ?? null}>
            {opened !== undefined && <MenuGroups groups={columnActions(layout, opened.column, onSort)} />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function columnActions<Row>(
  layout: TableLayout<Row> & TableLayoutActions,
  { id, title }: Column<Row>,
  onSort: ((columnId: string) => void) | undefined,
): readonly (readonly MenuAction[])[] {
  const { columns, frozen, hidden } = layout;
  const index = columns.findIndex((column) => column.id === id);
  const titled = columns.filter((column) => column.title !== '');
  return [
    onSort === undefined ? [] : [{ title: 'Sort, or turn the order', icon: ArrowDownUp, run: () => onSort(id) }],
    [
      { title: 'Move left', icon: ArrowLeft, disabled: index <= 0, run: () => layout.move(id, -1) },
      { title: 'Move right', icon: ArrowRight, disabled: index >= titled.length - 1, run: () => layout.move(id, 1) },
      frozen === index + 1
        ? { title: 'Let all columns scroll', icon: PinOff, run: () => layout.freeze(0) }
        : { title: 'Keep in sight up to here', icon: Pin, run: () => layout.freeze(index + 1) },
    ],
    [{ title: `Hide ${title}`, icon: EyeOff, disabled: titled.length <= 1, run: () => layout.toggle(id) }],
    hidden.length === 0 && !layout.isChanged ? [] : [resetAction(layout)],
  ];
}

const resetAction = ({ reset }: TableLayoutActions): MenuAction => ({
  title: 'Columns as they were',
  icon: RotateCcw,
  run: reset,
});

interface ColumnChooserProps<Row> {
  /** All there are, hidden ones too. */
  readonly columns: readonly Column<Row>[];
  readonly layout: TableLayout<Row> & TableLayoutActions;
}

/** In sight while the table is used; always while it hides something. */
export function ColumnChooser<Row>({ columns, layout }: ColumnChooserProps<Row>) {
  const { hidden, isChanged } = layout;
  const titled = columns.filter(({ title }) => title !== '');
  const choices = titled.map(({ id, title }) => ({
    title,
    checked: !hidden.includes(id),
    disabled: !hidden.includes(id) && hidden.length >= titled.length - 1,
    run: () => layout.toggle(id),
  }));
  return (
    <Menu
      align="end"
      groups={[choices, isChanged ? [resetAction(layout)] : []]}
      trigger={
        <button
          type="button"
          aria-label={hidden.length === 0 ? 'Columns' : `Columns: ${hidden.length} hidden`}
          className="absolute top-px right-3 z-20 flex h-[26px] items-center gap-1.5 rounded-small bg-bg px-1.5 text-data text-muted opacity-0 hover:text-text focus-visible:opacity-100 hover:opacity-100 group-has-[[data-head-row]:hover]/table:opacity-100 data-[hides=true]:opacity-100 data-popup-open:opacity-100"
          data-hides={hidden.length > 0}
        >
          <Columns3 size={14} aria-hidden />
          {hidden.length > 0 && <span className="figures text-warn">{hidden.length} hidden</span>}
        </button>
      }
    />
  );
}
