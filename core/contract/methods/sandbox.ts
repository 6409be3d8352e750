import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { newSandboxTopicSchema, sandboxDiskSchema, sandboxLogPageSchema } from '../sandbox.ts';
import { method } from './method.ts';

export const sandboxMethods = {
  setFeedRate: method
    .route({
      method: 'PUT',
      path: '/sandbox/feed',
      summary: 'Set how many records a second the sample feed sends',
      description: '0 pauses it.',
    })
    .meta({ changes: { kind: 'sandbox', on: 'sandbox' } })
    .input(
      z.object({
        ratePerSecond: z
          .number()
          .min(0)
          .max(100_000)
          .meta({ examples: [200] }),
      }),
    )
    .output(z.void()),
  disk: method
    .route({ method: 'GET', path: '/sandbox/disk', summary: 'Measure what each server of the sandbox takes on disk' })
    .output(sandboxDiskSchema),
  log: method
    .route({
      method: 'GET',
      path: '/sandbox/log',
      summary: 'Follow the log of the sandbox',
      description: 'The last lines at once, then what comes, in at most ten pages a second.',
    })
    .output(eventIterator(sandboxLogPageSchema)),
  createTopic: method
    .route({ method: 'POST', path: '/sandbox/topics', summary: 'Add a topic to the sandbox' })
    .meta({ changes: { kind: 'topic', name: 'name', on: 'sandbox' } })
    .input(newSandboxTopicSchema)
    .output(z.void()),
  deleteTopic: method
    .route({
      method: 'DELETE',
      path: '/sandbox/topics/{name}',
      summary: 'Delete a topic of the sandbox with its records',
    })
    .meta({ changes: { kind: 'topic', name: 'name', on: 'sandbox' } })
    .input(z.object({ name: z.string().meta({ examples: ['orders'] }) }))
    .output(z.void()),
  reset: method
    .route({
      method: 'POST',
      path: '/sandbox/reset',
      summary: 'Delete everything in the sandbox and start it again',
      description:
        'Topics, schemas and tables are gone for good. Pipelines that run on it are stopped before and started after. ' +
        'Addresses and the password stay.',
    })
    .meta({ changes: { kind: 'sandbox', on: 'sandbox' } })
    .output(z.void()),
};
