/** The search field of the page that is shown: each page has at most one. */
import { isInActiveTab } from './tab.ts';

export const searchAttribute = 'data-page-search';

/** False where the page has none. */
export function focusSearch(): boolean {
  const fields = [...document.querySelectorAll<HTMLInputElement>(`[${searchAttribute}]`)];
  const field = fields.find(isInActiveTab);
  field?.focus();
  field?.select();
  return field !== undefined;
}
