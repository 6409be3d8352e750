/**
 * What can be done to the window itself: its tabs, its docks. One list for the keys, the palette and the list on `?`.
 *
 * Their keys work while typing too, so each has Ctrl/⌘ or Alt; those that browsers keep for themselves (Ctrl W, Ctrl T) are left out.
 */
import {
  ArrowDown,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  Columns2,
  type LucideIcon,
  Maximize2,
  PanelBottom,
  PanelTopClose,
  Rows2,
  SquareX,
} from 'lucide-react';
import { useEffect } from 'react';
import { toggleRunDock } from '../lib/run-dock.ts';
import {
  closeOtherTabs,
  closeTab,
  moveTab,
  type Side,
  splitTab,
  stepTab,
  toggleMaximizedTab,
  useTabs,
} from './tabs.ts';

export interface WindowAction {
  readonly id: string;
  readonly title: string;
  readonly icon: LucideIcon;
  readonly words: readonly string[];
  readonly binding?: Binding;
  /** It does nothing while one tab is open. */
  readonly needsTabs?: boolean;
  readonly run: () => void;
}

interface Binding {
  readonly modifier: 'Ctrl' | 'Alt';
  readonly shift?: boolean;
  /** `KeyboardEvent.code`: the place of the key, whatever Alt makes of it. */
  readonly code: string;
  readonly label: string;
}

/** As the keyboard in use calls it. */
export const modifier = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl';

export const windowActions: readonly WindowAction[] = [
  {
    id: 'tab right',
    title: 'Open to the side',
    icon: Columns2,
    words: ['split', 'tab', 'right', 'dock'],
    binding: { modifier: 'Ctrl', code: 'Backslash', label: '\\' },
    run: () => splitTab('right'),
  },
  {
    id: 'tab below',
    title: 'Open below',
    icon: Rows2,
    words: ['split', 'tab', 'dock'],
    binding: { modifier: 'Ctrl', shift: true, code: 'Backslash', label: '\\' },
    run: () => splitTab('below'),
  },
  {
    id: 'tab new',
    title: 'Open in a new tab',
    icon: PanelTopClose,
    words: ['tab'],
    binding: { modifier: 'Alt', code: 'KeyN', label: 'N' },
    run: () => splitTab('within'),
  },
  {
    id: 'tab close',
    title: 'Close tab',
    icon: SquareX,
    words: ['tab'],
    binding: { modifier: 'Alt', code: 'KeyW', label: 'W' },
    needsTabs: true,
    run: () => closeTab(),
  },
  {
    id: 'tab close others',
    title: 'Close the other tabs',
    icon: SquareX,
    words: ['tab', 'layout'],
    needsTabs: true,
    run: closeOtherTabs,
  },
  {
    id: 'tab next',
    title: 'Next tab',
    icon: ArrowRight,
    words: ['tab', 'go to'],
    binding: { modifier: 'Alt', code: 'BracketRight', label: ']' },
    needsTabs: true,
    run: () => stepTab(1),
  },
  {
    id: 'tab previous',
    title: 'Previous tab',
    icon: ArrowLeft,
    words: ['tab', 'go to'],
    binding: { modifier: 'Alt', code: 'BracketLeft', label: '[' },
    needsTabs: true,
    run: () => stepTab(-1),
  },
  moveAction('left', 'Left', ArrowLeft, '←'),
  moveAction('right', 'Right', ArrowRight, '→'),
  moveAction('above', 'Up', ArrowUp, '↑'),
  moveAction('below', 'Down', ArrowDown, '↓'),
  {
    id: 'tab maximise',
    title: 'Maximise the tab, or put it back',
    icon: Maximize2,
    words: ['tab', 'zoom', 'collapse'],
    binding: { modifier: 'Alt', code: 'KeyM', label: 'M' },
    needsTabs: true,
    run: toggleMaximizedTab,
  },
  {
    id: 'dock below',
    title: 'Show or hide what runs',
    icon: PanelBottom,
    words: ['dock', 'tasks', 'processes', 'panel'],
    binding: { modifier: 'Ctrl', code: 'KeyJ', label: 'J' },
    run: toggleRunDock,
  },
];

function moveAction(side: Exclude<Side, 'within'>, key: string, icon: LucideIcon, label: string): WindowAction {
  const where = { left: 'to the left', right: 'to the right', above: 'up', below: 'down' }[side];
  return {
    id: `tab move ${side}`,
    title: `Move the tab ${where}`,
    icon,
    words: ['move', 'split', 'group'],
    binding: { modifier: 'Alt', shift: true, code: `Arrow${key}`, label },
    needsTabs: true,
    run: () => moveTab(side),
  };
}

/** For the eye: `Ctrl`, `Shift`, `\`. */
export function keysOf({ binding }: WindowAction): readonly string[] | undefined {
  if (binding === undefined) return undefined;
  const first = binding.modifier === 'Ctrl' ? modifier : 'Alt';
  return binding.shift === true ? [first, 'Shift', binding.label] : [first, binding.label];
}

export const isPossible = ({ needsTabs = false }: WindowAction): boolean =>
  !needsTabs || useTabs.getState().tabs.length > 1;

export function useWindowKeys(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const action = windowActions.find(({ binding }) => binding !== undefined && isPressed(binding, event));
      if (action === undefined || !isPossible(action) || document.querySelector('[role="dialog"]') !== null) return;
      event.preventDefault();
      event.stopPropagation();
      action.run();
    };
    // Before the SQL editor, which has meanings of its own for some.
    addEventListener('keydown', press, { capture: true });
    return () => removeEventListener('keydown', press, { capture: true });
  }, []);
}

function isPressed({ modifier: wanted, shift = false, code }: Binding, event: KeyboardEvent): boolean {
  const isControl = event.ctrlKey || event.metaKey;
  const isModified = wanted === 'Ctrl' ? isControl && !event.altKey : event.altKey && !isControl;
  return isModified && event.shiftKey === shift && event.code === code;
}
