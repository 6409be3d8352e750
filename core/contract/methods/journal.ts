import { z } from 'zod';
import { changeKinds, journalPageSchema } from '../journal.ts';
import { method } from './method.ts';

export const journalMethods = {
  list: method
    .route({
      method: 'GET',
      path: '/journal',
      summary: 'List what was changed, newest first',
      description: '`before` (the `older` of the page before) goes on towards older entries.',
    })
    .input(
      z.object({
        limit: z.int().min(1).max(500).default(100),
        before: z.string().optional(),
        text: z.string().max(200).optional().describe('Words that an entry must hold, whatever their case.'),
        kind: z.enum(changeKinds).optional(),
        result: z.enum(['done', 'failed']).optional(),
      }),
    )
    .output(journalPageSchema),
};
