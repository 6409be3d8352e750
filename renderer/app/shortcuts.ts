/** Keys that work everywhere: `g` and a page's letter, `/` for the search of the page, `?` for this list. */
import { type Dispatch, type SetStateAction, useEffect, useRef } from 'react';
import { navigate } from '../lib/location.ts';
import type { Shortcut } from '../lib/page.ts';
import { focusSearch } from '../lib/search-focus.ts';
import { isSomethingOpen, isTyping } from '../lib/tab.ts';
import { pages } from './pages.ts';
import { keysOf, modifier, windowActions } from './window-actions.ts';

/** How long after `g` the letter counts. */
const sequenceMs = 1_500;

export const paletteKeys: readonly string[] = [modifier, 'K'];

export const commonShortcuts: readonly Shortcut[] = [
  { keys: paletteKeys, action: 'Find a page, a topic, a pipeline, an action' },
  ...pages.map(({ title, letter }) => ({ keys: ['g', letter], action: `Go to ${title}` })),
  { keys: ['/'], action: 'Filter what the page lists' },
  { keys: ['↑', '↓'], action: 'Move in a table; Page up, Page down, Home and End too' },
  { keys: ['←', '→'], action: 'Move in the cells of the selected row' },
  { keys: [modifier, 'C'], action: 'Copy the selected row or cell' },
  { keys: ['Enter'], action: 'Open the selected row' },
  { keys: ['Esc'], action: 'Let go of the selection, close what is open' },
  ...windowActions.flatMap((action) => {
    const keys = keysOf(action);
    return keys === undefined ? [] : [{ keys, action: action.title }];
  }),
  { keys: [modifier, 'click'], action: 'Open a link in a tab of its own; with Shift at the side' },
  { keys: ['Alt', 'T'], action: 'Go to the messages and their Undo' },
  { keys: ['?'], action: 'Show these shortcuts' },
];

export function useShortcuts(showList: () => void): void {
  const startedAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      if (isSomethingOpen()) return;
      const isSecond = event.timeStamp - startedAt.current < sequenceMs;
      startedAt.current = Number.NEGATIVE_INFINITY;
      const page = isSecond ? pages.find(({ letter }) => letter === event.key) : undefined;
      if (page !== undefined) jumpTo(page.id);
      else if (event.key === 'g') startedAt.current = event.timeStamp;
      else if (event.key === '?') showList();
      else if (event.key !== '/' || !focusSearch()) return;
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [showList]);
}

/** Works while typing too: Ctrl or ⌘ with K is no text. A second press closes. */
export function usePaletteKey(setIsOpen: Dispatch<SetStateAction<boolean>>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      setIsOpen((isOpen) => !isOpen);
    };
    // Before cmdk, which takes Ctrl K as “up”.
    addEventListener('keydown', press, { capture: true });
    return () => removeEventListener('keydown', press, { capture: true });
  }, [setIsOpen]);
}

/** Lets go of the focus, so that the page that comes can take it. */
function jumpTo(pageId: string): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  navigate(pageId);
}
