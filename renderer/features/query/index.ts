import { SquareTerminal } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '../../lib/page.ts';

export const query: Page = {
  id: 'query',
  title: 'Query',
  icon: SquareTerminal,
  letter: 'q',
  component: lazy(async () => ({ default: (await import('./query-page.tsx')).QueryPage })),
  shortcuts: [
    { keys: ['Ctrl', 'Enter'], action: 'Run the statement' },
    { keys: ['Ctrl', '.'], action: 'Cancel it' },
  ],
};
