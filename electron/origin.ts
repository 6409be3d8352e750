/** The page's address, and whether an address or a sender is the page's: always by its parsed parts. */
export const pageScheme = 'app';
const pageHost = 'workbench';

/** `hash`: where in the page, from `#` on. */
export function pageUrl(hash = ''): string {
  return `${pageScheme}://${pageHost}/${hash}`;
}

export function isPageUrl(text: string): boolean {
  // A scheme of one's own has no `origin` in Node's URL ("null"): the parts are compared.
  const url = URL.parse(text);
  return url !== null && url.protocol === `${pageScheme}:` && url.host === pageHost && url.username === '';
}

/** Whoever sent a message: Electron's `WebFrameMain`, null when the frame is gone. */
interface Sender {
  readonly url: string;
  readonly parent: unknown;
}

/** Only the main frame showing our own page may talk to the main process. */
export function isTrustedSender(frame: Sender | null): boolean {
  return frame !== null && frame.parent === null && isPageUrl(frame.url);
}
