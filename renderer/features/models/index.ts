import { Box } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '../../lib/page.ts';

export const models: Page = {
  id: 'models',
  title: 'Models',
  icon: Box,
  letter: 'm',
  group: 'Build',
  component: lazy(async () => ({ default: (await import('./models-page.tsx')).ModelsPage })),
  shortcuts: [],
};
