/** Which addresses may leave the app for the system's browser or mail program. Everything else stays closed. */
const longestLength = 2_000;

/** The address in its parsed form, undefined when it may not be opened. */
export function externalUrl(text: string): string | undefined {
  const url = text.length > longestLength ? null : URL.parse(text);
  if (url === null) return undefined;
  if (url.protocol === 'mailto:') return url.href;
  return url.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : undefined;
}
