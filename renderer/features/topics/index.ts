import { Rows3 } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '../../lib/page.ts';

export const topics: Page = {
  id: 'topics',
  title: 'Topics',
  icon: Rows3,
  letter: 't',
  component: lazy(async () => ({ default: (await import('./topics-page.tsx')).TopicsPage })),
  shortcuts: [
    { keys: ['r'], action: 'Read the newest records' },
    { keys: ['l'], action: 'Follow new records, or stop following' },
  ],
};
