import { Container } from 'lucide-react';
import type { Page } from '../../lib/page.ts';
import { SandboxPage } from './sandbox-page.tsx';

export const sandbox: Page = {
  id: 'sandbox',
  title: 'Sandbox',
  icon: Container,
  letter: 's',
  group: 'Run',
  component: SandboxPage,
  shortcuts: [],
};
