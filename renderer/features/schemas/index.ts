import { FileJson2 } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '../../lib/page.ts';

export const schemas: Page = {
  id: 'schemas',
  title: 'Schemas',
  icon: FileJson2,
  letter: 'e',
  component: lazy(async () => ({ default: (await import('./schemas-page.tsx')).SchemasPage })),
  shortcuts: [],
};
