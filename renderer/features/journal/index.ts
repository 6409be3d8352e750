import { ScrollText } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '../../lib/page.ts';

export const journal: Page = {
  id: 'journal',
  title: 'Journal',
  icon: ScrollText,
  letter: 'j',
  group: 'Run',
  component: lazy(async () => ({ default: (await import('./journal-page.tsx')).JournalPage })),
  shortcuts: [],
};
