/** What the user prefers, kept by the browser for this address. Each choice is in force at once, in every page. */
import { create } from 'zustand';
import { readStored, store } from './stored.ts';

export const themes = ['system', 'dark', 'light'] as const;
export type Theme = (typeof themes)[number];

export const densities = ['compact', 'normal', 'roomy'] as const;
export type Density = (typeof densities)[number];

export const timeZones = ['local', 'utc'] as const;
export type TimeZone = (typeof timeZones)[number];

/** Between groups of three digits. */
export const digitGroups = ['space', 'comma', 'none'] as const;
export type DigitGroups = (typeof digitGroups)[number];

export interface Preferences {
  readonly theme: Theme;
  readonly density: Density;
  readonly timeZone: TimeZone;
  readonly digits: DigitGroups;
}

export const usePreferences = create<Preferences>(() => ({
  theme: readChoice('theme', themes),
  density: readChoice('density', ['normal', 'compact', 'roomy']),
  timeZone: readChoice('timeZone', timeZones),
  digits: readChoice('digits', digitGroups),
}));

export function prefer(change: Partial<Preferences>): void {
  for (const [name, value] of Object.entries(change)) store(name, value);
  usePreferences.setState(change);
  applyPreferences();
}

/** Called before the first render, so that the page does not show the other theme first. */
export function applyPreferences(): void {
  const { theme, density } = usePreferences.getState();
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset.theme;
  else dataset.theme = theme;
  dataset.density = density;
}

/** As `--row` in tokens.css. */
const rowHeights: Readonly<Record<Density, number>> = { compact: 24, normal: 28, roomy: 34 };

/** Pixels: for what has to reckon with it. */
export const useRowHeight = (): number => usePreferences(({ density }) => rowHeights[density]);

/** The first is in force where nothing else was chosen. */
function readChoice<T extends string>(name: string, choices: readonly [T, ...T[]]): T {
  const stored = readStored<string>(name, choices[0]);
  return choices.find((choice) => choice === stored) ?? choices[0];
}
