import { Container } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '../../lib/page.ts';

export const sandbox: Page = {
  id: 'sandbox',
  title: 'Sandbox',
  icon: Container,
  letter: 's',
  group: 'Run',
  component: lazy(async () => ({ default: (await import('./sandbox-page.tsx')).SandboxPage })),
  shortcuts: [],
};
