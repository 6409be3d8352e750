/**
 * Where the user is: the part of the address after `#`, as path segments. `#/topics/flights` is `['topics', 'flights']`.
 *
 * Links are plain `<a href>` made by `toHref`, so the back button and a bookmark do what they should. The frame turns the address into
 * the tab that is shown (app/tabs.ts).
 */
export function toHref(...segments: readonly string[]): string {
  return `#/${segments.map(encodeURIComponent).join('/')}`;
}

export function navigate(...segments: readonly string[]): void {
  location.hash = toHref(...segments);
}

export function parseHash(hash: string): readonly string[] {
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
