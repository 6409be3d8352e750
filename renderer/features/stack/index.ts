import { Layers } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '../../lib/page.ts';

export const stack: Page = {
  id: 'stack',
  title: 'Stack',
  icon: Layers,
  letter: 'k',
  group: 'Run',
  component: lazy(async () => ({ default: (await import('./stack-page.tsx')).StackPage })),
  shortcuts: [],
};
