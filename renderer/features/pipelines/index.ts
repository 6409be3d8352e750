import { Workflow } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '../../lib/page.ts';

export const pipelines: Page = {
  id: 'pipelines',
  title: 'Pipelines',
  icon: Workflow,
  letter: 'p',
  group: 'Build',
  component: lazy(async () => ({ default: (await import('./pipelines-page.tsx')).PipelinesPage })),
  shortcuts: [],
};
