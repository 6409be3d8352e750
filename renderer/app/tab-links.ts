/** Links to places of the workbench: with Ctrl/⌘ or the middle button they open in a tab of their own, with Shift too at the side. */
import { useEffect } from 'react';
import { parseHash } from '../lib/location.ts';
import { openTab } from './tabs.ts';

export function useLinks(): void {
  useEffect(() => {
    const open = (event: MouseEvent): void => {
      const isOwnTab = event.button === 1 || (event.button === 0 && (event.ctrlKey || event.metaKey));
      const link = event.target instanceof Element ? event.target.closest('a[href^="#/"]') : null;
      if (!isOwnTab || link === null || event.defaultPrevented) return;
      event.preventDefault();
      event.stopPropagation();
      openTab(parseHash(link.getAttribute('href') ?? ''), event.shiftKey ? 'right' : 'within');
    };
    // Before the row of a table that the link stands in, which a click opens.
    addEventListener('click', open, { capture: true });
    addEventListener('auxclick', open, { capture: true });
    return () => {
      removeEventListener('click', open, { capture: true });
      removeEventListener('auxclick', open, { capture: true });
    };
  }, []);
}
