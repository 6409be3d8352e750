/** Where the keyboard is after the page has changed. */

/** Nothing the user chose has the focus: it may be taken. */
export function isFocusFree(): boolean {
  const { activeElement, body } = document;
  return activeElement === null || activeElement === body || activeElement.tagName === 'MAIN';
}
