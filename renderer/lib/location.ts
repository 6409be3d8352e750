/**
 * Where the user is: the part of the address after `#`, as path segments. `#/topics/flights` is `['topics', 'flights']`.
 *
 * Links are plain `<a href>` made by `toHref`, so a middle click, the back button and a bookmark do what they should.
 */
import { useSyncExternalStore } from 'react';

export function toHref(...segments: readonly string[]): string {
  return `#/${segments.map(encodeURIComponent).join('/')}`;
}

export function navigate(...segments: readonly string[]): void {
  location.hash = toHref(...segments);
}

export function useSegments(): readonly string[] {
  const hash = useSyncExternalStore(onHashChange, () => location.hash);
  return parse(hash);
}

function onHashChange(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

function parse(hash: string): readonly string[] {
  return hash
    .replace(/^#\/?/, '')
    .split('/')
    .filter((segment) => segment !== '')
    .map(decode);
}

/** An address typed by hand may hold a stray `%`. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
