import { Shapes } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '../../lib/page.ts';

export const gallery: Page = {
  id: 'gallery',
  title: 'Gallery',
  icon: Shapes,
  // No key leads here.
  letter: '',
  component: lazy(async () => ({ default: (await import('./gallery-page.tsx')).GalleryPage })),
  shortcuts: [],
};
