/** Where the keyboard is after the page has changed. */
import { isInActiveTab, tabAttribute } from './tab.ts';

/** Nothing the user chose has the focus: `element`, or anything where none is given, may take it. Not from beside the active tab. */
export function isFocusFree(element?: Element | null): boolean {
  if (element != null && !isInActiveTab(element)) return false;
  const { activeElement, body } = document;
  if (activeElement === null || activeElement === body) return true;
  return activeElement.tagName === 'MAIN' || activeElement.hasAttribute(tabAttribute);
}
