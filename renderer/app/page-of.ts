/** The page of an address; one that names none is the first's. */
import type { Page } from '../lib/page.ts';
import { pages } from './pages.ts';

export function pageOf(path: readonly string[]): Page {
  return pages.find(({ id }) => id === path[0]) ?? pages[0];
}

/** What a tab and the window's title call it. */
export function titleOf(path: readonly string[]): string {
  return path[1] ?? pageOf(path).title;
}
