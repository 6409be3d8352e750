import { House } from 'lucide-react';
import type { Page } from '../../lib/page.ts';
import { HomePage } from './home-page.tsx';

export const home: Page = {
  id: 'home',
  title: 'Home',
  icon: House,
  letter: 'h',
  component: HomePage,
  shortcuts: [],
};
