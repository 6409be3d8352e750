import { z } from 'zod';
import { recordCursorSchema, recordPageSchema, topicSummarySchema } from '../record.ts';
import { method } from './method.ts';

export const topicsMethods = {
  list: method
    .route({ method: 'GET', path: '/topics', summary: 'List the topics of the cluster' })
    .output(z.array(topicSummarySchema)),
  records: method
    .route({
      method: 'GET',
      path: '/topics/{topic}/records',
      summary: 'Read a page of records, newest first',
      description: '`before` (the `older` of the page before) continues towards older records.',
    })
    .input(
      z.object({
        topic: z.string().meta({ examples: ['flights'] }),
        limit: z.int().min(1).max(1000).default(100),
        before: recordCursorSchema.optional(),
      }),
    )
    .output(recordPageSchema),
};
