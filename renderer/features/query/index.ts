import { SquareTerminal } from 'lucide-react';
import type { Page } from '../../lib/page.ts';
import { QueryPage } from './query-page.tsx';

export const query: Page = {
  id: 'query',
  title: 'Query',
  icon: SquareTerminal,
  letter: 'q',
  component: QueryPage,
  shortcuts: [
    { keys: ['Ctrl', 'Enter'], action: 'Run the statement' },
    { keys: ['Ctrl', '.'], action: 'Cancel it' },
  ],
};
