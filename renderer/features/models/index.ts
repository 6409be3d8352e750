import { Box } from 'lucide-react';
import type { Page } from '../../lib/page.ts';
import { ModelsPage } from './models-page.tsx';

export const models: Page = {
  id: 'models',
  title: 'Models',
  icon: Box,
  letter: 'm',
  group: 'Build',
  component: ModelsPage,
  shortcuts: [],
};
