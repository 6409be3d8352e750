/** The page of an address; one that names none is the first's. */
import { gallery } from '../features/gallery/index.ts';
import type { Page } from '../lib/page.ts';
import { pages } from './pages.ts';

export function pageOf(path: readonly string[]): Page {
  // For who builds pages: reached by its address alone.
  if (path[0] === gallery.id) return gallery;
  return pages.find(({ id }) => id === path[0]) ?? pages[0];
}

/** What a tab and the window's title call it. */
export function titleOf(path: readonly string[]): string {
  return path[1] ?? pageOf(path).title;
}
