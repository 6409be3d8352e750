import { Cable } from 'lucide-react';
import type { Page } from '../../lib/page.ts';
import { ConnectionsPage } from './connections-page.tsx';

export const connections: Page = {
  id: 'connections',
  title: 'Connections',
  icon: Cable,
  letter: 'c',
  group: 'Run',
  component: ConnectionsPage,
  shortcuts: [],
};
