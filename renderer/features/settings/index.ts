import { Settings } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '../../lib/page.ts';

export const settings: Page = {
  id: 'settings',
  title: 'Settings',
  icon: Settings,
  letter: ',',
  isAtFoot: true,
  component: lazy(async () => ({ default: (await import('./settings-page.tsx')).SettingsPage })),
  shortcuts: [],
};
