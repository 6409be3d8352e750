/**
 * The tab that a component of a page stands in. Several pages may be in sight; keys, `/` and the focus belong to the active one.
 *
 * React sees it by `useIsActiveTab`, code that has only an element by the attribute on the tab's own element.
 */
import { createContext, useContext, useEffect, useRef } from 'react';

export const tabAttribute = 'data-tab';
export const activeTabAttribute = 'data-active-tab';

export const ActiveTab = createContext(true);

export const useIsActiveTab = (): boolean => useContext(ActiveTab);

/** Whether what `element` belongs to is active; what stands in no tab is. */
export function isInActiveTab(element: Element): boolean {
  const tab = element.closest(`[${tabAttribute}]`);
  return tab === null || tab.hasAttribute(activeTabAttribute);
}

/** Plain keys of a page: only while its tab is active, nobody types and nothing is open over it. `press`: true where it took the key. */
export function usePageKeys(press: (key: string) => boolean): void {
  const isActive = useIsActiveTab();
  const latest = useRef(press);
  latest.current = press;
  useEffect(() => {
    if (!isActive) return;
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (isSomethingOpen()) return;
      if (latest.current(event.key)) event.preventDefault();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [isActive]);
}

/** The SQL editor types into a plain element with this role. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.matches('input, textarea, select, [role="textbox"]') || target.isContentEditable;
}

/** A dialog, a menu or a list over the page takes the keys. */
export function isSomethingOpen(): boolean {
  return document.querySelector('[role="dialog"],[role="alertdialog"],[role="menu"],[role="listbox"]') !== null;
}
