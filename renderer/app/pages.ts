/** The pages of the product, in the order of the rail. A page is a folder of features/ and a line here. */
import { connections } from '../features/connections/index.ts';
import { home } from '../features/home/index.ts';
import { journal } from '../features/journal/index.ts';
import { models } from '../features/models/index.ts';
import { pipelines } from '../features/pipelines/index.ts';
import { query } from '../features/query/index.ts';
import { sandbox } from '../features/sandbox/index.ts';
import { schemas } from '../features/schemas/index.ts';
import { settings } from '../features/settings/index.ts';
import { stack } from '../features/stack/index.ts';
import { topics } from '../features/topics/index.ts';
import type { Page } from '../lib/page.ts';

export const pages: readonly [Page, ...Page[]] = [
  home,
  topics,
  schemas,
  query,
  pipelines,
  models,
  connections,
  stack,
  sandbox,
  journal,
  settings,
];
