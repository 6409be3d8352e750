/** Whether the page is dark now, by choice or by the system: for what can't use the CSS tokens. */
import { useSyncExternalStore } from 'react';

const system = matchMedia('(prefers-color-scheme: dark)');

export function useIsDark(): boolean {
  return useSyncExternalStore(follow, isDark);
}

function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen === undefined ? system.matches : chosen === 'dark';
}

function follow(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  system.addEventListener('change', listener);
  return () => {
    observer.disconnect();
    system.removeEventListener('change', listener);
  };
}
