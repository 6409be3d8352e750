import { Rows3 } from 'lucide-react';
import type { Page } from '../../lib/page.ts';
import { TopicsPage } from './topics-page.tsx';

export const topics: Page = {
  id: 'topics',
  title: 'Topics',
  icon: Rows3,
  letter: 't',
  component: TopicsPage,
  shortcuts: [
    { keys: ['r'], action: 'Read the newest records' },
    { keys: ['l'], action: 'Follow new records, or stop following' },
  ],
};
