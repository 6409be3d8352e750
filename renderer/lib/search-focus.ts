/** The search field of the page that is shown: at most one is. */
export const searchAttribute = 'data-page-search';

/** False where the page has none. */
export function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>(`[${searchAttribute}]`);
  field?.focus();
  field?.select();
  return field !== null;
}
