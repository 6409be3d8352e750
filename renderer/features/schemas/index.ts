import { FileJson2 } from 'lucide-react';
import type { Page } from '../../lib/page.ts';
import { SchemasPage } from './schemas-page.tsx';

export const schemas: Page = {
  id: 'schemas',
  title: 'Schemas',
  icon: FileJson2,
  letter: 'e',
  component: SchemasPage,
  shortcuts: [],
};
