import { Workflow } from 'lucide-react';
import type { Page } from '../../lib/page.ts';
import { PipelinesPage } from './pipelines-page.tsx';

export const pipelines: Page = {
  id: 'pipelines',
  title: 'Pipelines',
  icon: Workflow,
  letter: 'p',
  group: 'Build',
  component: PipelinesPage,
  shortcuts: [],
};
