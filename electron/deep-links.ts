/**
 * `mercury://topics/flights` to the place in the page: `#/topics/flights`. Links come from outside, so they name a place and
 * never a deed: opening one shows something, nothing more.
 */
const scheme = 'mercury:';
const longestLength = 2_000;

/** The part of the page's address from `#` on; undefined for what is no link of ours. */
export function placeOf(link: string): string | undefined {
  const url = link.length > longestLength ? null : URL.parse(link);
  if (url === null || url.protocol !== scheme) return undefined;
  const segments = `${url.host}${url.pathname}`.split('/').filter((segment) => segment !== '');
  try {
    return `#/${segments.map((segment) => encodeURIComponent(decodeURIComponent(segment))).join('/')}`;
  } catch {
    return undefined;
  }
}

/** Windows and Linux give the link as an argument of a new process. */
export function placeInArguments(args: readonly string[]): string | undefined {
  const link = args.find((argument) => argument.toLowerCase().startsWith(scheme));
  return link === undefined ? undefined : placeOf(link);
}
