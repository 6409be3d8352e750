/** What a page is to the frame: its place in the rail, its shortcut, and the component that fills the work area. */
import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';

export interface Page {
  /** First segment of its address. */
  readonly id: string;
  readonly title: string;
  readonly icon: LucideIcon;
  /** `g` and this letter jump to it. */
  readonly letter: string;
  /** Under which the rail lists it; those without come first. */
  readonly group?: 'Build' | 'Run';
  /** At the rail's lower end, apart from the work. */
  readonly isAtFoot?: boolean;
  /** `path`: the segments after the page's own. All but the first page are `lazy`: loaded when they are first shown. */
  readonly component: ComponentType<{ readonly path: readonly string[] }>;
  /** Shortcuts of the page itself, for the list on `?`. */
  readonly shortcuts: readonly Shortcut[];
}

export interface Shortcut {
  readonly keys: readonly string[];
  readonly action: string;
}
