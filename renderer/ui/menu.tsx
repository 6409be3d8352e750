/** Actions behind one button. Arrow keys move, the first letters choose, Esc closes. */
import { Menu as Base } from '@base-ui/react/menu';
import { Check, type LucideIcon } from 'lucide-react';
import { Fragment, type ReactElement } from 'react';
import { classes } from '../lib/classes.ts';
import { Keys } from './keys.tsx';

export interface MenuAction {
  readonly title: string;
  readonly icon?: LucideIcon;
  readonly keys?: readonly string[];
  /** Of something that is on or off: shown with a tick, and the menu stays open. */
  readonly checked?: boolean;
  readonly isDestructive?: boolean;
  readonly disabled?: boolean;
  readonly run: () => void;
}

interface MenuProps {
  /** The button that opens it: one element that takes a ref and props. */
  readonly trigger: ReactElement;
  /** Groups, parted by a hairline; empty ones are left out. */
  readonly groups: readonly (readonly MenuAction[])[];
  readonly align?: 'start' | 'end';
}

export function Menu({ trigger, groups, align = 'start' }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} className="z-50">
          <Base.Popup className={menuClass}>
            <MenuGroups groups={groups} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** What stands in the popup of a menu, for one that opens by other means than a button. */
export function MenuGroups({ groups }: Pick<MenuProps, 'groups'>) {
  const shown = groups.filter((actions) => actions.length > 0);
  return shown.map((actions, index) => (
    <Fragment key={actions[0]?.title}>
      {index > 0 && <Base.Separator className="-mx-1 my-1 h-px bg-line" />}
      {actions.map((action) => (
        <Item key={action.title} action={action} />
      ))}
    </Fragment>
  ));
}

function Item({ action }: { readonly action: MenuAction }) {
  const { title, icon: Icon, keys, checked, isDestructive = false, disabled = false, run } = action;
  const className = classes(menuItemClass, isDestructive && 'text-bad');
  const content = (
    <>
      {Icon !== undefined && <Icon size={14} aria-hidden className={isDestructive ? '' : 'text-muted'} />}
      <span className="flex-1">{title}</span>
      {keys !== undefined && <Keys keys={keys} />}
    </>
  );
  if (checked === undefined) {
    return (
      <Base.Item disabled={disabled} onClick={run} className={className}>
        {content}
      </Base.Item>
    );
  }
  return (
    <Base.CheckboxItem checked={checked} disabled={disabled} onCheckedChange={run} className={className}>
      <span aria-hidden className="w-3.5 shrink-0 text-accent">
        <Base.CheckboxItemIndicator>
          <Check size={14} />
        </Base.CheckboxItemIndicator>
      </span>
      {content}
    </Base.CheckboxItem>
  );
}

export const menuClass =
  'max-h-(--available-height) min-w-40 overflow-y-auto rounded-control border border-line-strong bg-surface p-1 shadow-float focus-visible:outline-none';
export const menuItemClass =
  'flex h-7 items-center gap-2 rounded-small px-2 outline-none data-disabled:opacity-50 data-highlighted:bg-accent-tint';
