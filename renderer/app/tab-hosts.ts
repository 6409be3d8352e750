/**
 * One element for each tab, which its page is drawn into. The frame or the dock shows it; when it moves from one place to another the
 * page inside goes on as it was.
 */
import { activeTabAttribute, tabAttribute } from '../lib/tab.ts';

const hosts = new Map<string, HTMLElement>();
/** Where the keyboard was in each tab. */
const focused = new WeakMap<HTMLElement, HTMLElement>();

export function hostOf(id: string): HTMLElement {
  const known = hosts.get(id);
  if (known !== undefined) return known;
  const host = document.createElement('div');
  host.setAttribute(tabAttribute, '');
  host.tabIndex = -1;
  host.className = 'h-full min-h-0 bg-bg focus:outline-none';
  host.addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLElement && target !== host) focused.set(host, target);
  });
  hosts.set(id, host);
  return host;
}

export function dropHost(id: string): void {
  hosts.get(id)?.remove();
  hosts.delete(id);
}

export function markActive(id: string, isActive: boolean): void {
  hostOf(id).toggleAttribute(activeTabAttribute, isActive);
}

/** An element that moves loses the keyboard to nobody: the active tab gets it back, in mid-word too. */
export function placeHost(id: string, slot: HTMLElement): void {
  const host = hostOf(id);
  slot.append(host);
  if (host.hasAttribute(activeTabAttribute) && document.activeElement === document.body) focusHost(id);
}

/** Back to where the keyboard was in this tab; to the tab itself at first. */
export function focusHost(id: string): void {
  const host = hostOf(id);
  if (host.contains(document.activeElement)) return;
  const last = focused.get(host);
  (last?.isConnected === true ? last : host).focus({ preventScroll: true });
}
