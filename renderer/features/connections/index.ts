import { Cable } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '../../lib/page.ts';

export const connections: Page = {
  id: 'connections',
  title: 'Connections',
  icon: Cable,
  letter: 'c',
  group: 'Run',
  component: lazy(async () => ({ default: (await import('./connections-page.tsx')).ConnectionsPage })),
  shortcuts: [],
};
