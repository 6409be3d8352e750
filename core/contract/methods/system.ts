import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { snapshotSchema } from '../live.ts';
import { method } from './method.ts';

export const systemMethods = {
  info: method.route({ method: 'GET', path: '/system', summary: 'What runs here, and where its files are' }).output(
    z.object({
      version: z.string(),
      node: z.string(),
      platform: z.string(),
      workspace: z.string(),
      stateDir: z.string(),
    }),
  ),
  watch: method
    .route({
      method: 'GET',
      path: '/system/live',
      summary: 'Follow everything that runs',
      description: 'The present snapshot at once, then a new one at each change, at most four a second.',
    })
    .output(eventIterator(snapshotSchema)),
};
