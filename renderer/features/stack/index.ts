import { Layers } from 'lucide-react';
import type { Page } from '../../lib/page.ts';
import { StackPage } from './stack-page.tsx';

export const stack: Page = {
  id: 'stack',
  title: 'Stack',
  icon: Layers,
  letter: 'k',
  group: 'Run',
  component: StackPage,
  shortcuts: [],
};
