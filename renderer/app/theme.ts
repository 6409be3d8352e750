/** Dark or light: as the system says, or as the user chose, remembered. The tokens do the rest. */
import { create } from 'zustand';
import { readStored, store } from '../lib/stored.ts';

export const themes = ['system', 'dark', 'light'] as const;
export type Theme = (typeof themes)[number];

const name = 'theme';

export const useTheme = create<{ readonly theme: Theme }>(() => ({ theme: readTheme() }));

export function chooseTheme(theme: Theme): void {
  store(name, theme);
  useTheme.setState({ theme });
  applyTheme();
}

/** Called before the first render, so that the page does not show the other theme first. */
export function applyTheme(): void {
  const { theme } = useTheme.getState();
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function readTheme(): Theme {
  const stored = readStored<string>(name, 'system');
  return themes.find((theme) => theme === stored) ?? 'system';
}
