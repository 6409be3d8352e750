import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import {
  letterCursorSchema,
  letterDetailSchema,
  letterIdSchema,
  letterPageSchema,
  redriveItemSchema,
  redrivePlanSchema,
  redriveProgressSchema,
} from '../dead-letter.ts';
import { method } from './method.ts';

const of = z.object({ pipeline: z.string().meta({ examples: ['flights-faulty-to-postgres'] }) });
const some = of.extend({ ids: z.array(letterIdSchema).min(1).max(1_000) });
const letters = of.extend({ letters: z.array(redriveItemSchema).min(1).max(1_000) });

export const deadLettersMethods = {
  list: method
    .route({
      method: 'GET',
      path: '/pipelines/{pipeline}/dead-letters',
      summary: 'List the dead letters of a pipeline, newest first',
      description: '`before` (the `older` of the page before) continues towards older ones.',
    })
    .input(of.extend({ limit: z.int().min(1).max(500).default(100), before: letterCursorSchema.optional() }))
    .output(letterPageSchema),
  get: method
    .route({
      method: 'GET',
      path: '/pipelines/{pipeline}/dead-letters/{id}',
      summary: 'Read one dead letter: its bytes, headers, why it failed, and what to edit',
    })
    .input(of.extend({ id: letterIdSchema }))
    .output(letterDetailSchema),
  preview: method
    .route({
      method: 'POST',
      path: '/pipelines/{pipeline}/dead-letters/preview',
      summary: 'Say what redriving would send, and whether the pipeline would take it',
    })
    .meta({ changes: null })
    .input(letters)
    .output(z.array(redrivePlanSchema)),
  redrive: method
    .route({
      method: 'POST',
      path: '/pipelines/{pipeline}/dead-letters/redrive',
      summary: 'Send dead letters to their source topic again, changed or not',
      description:
        'With their key and headers; the headers of the dead letter stay behind. What was redriven or dropped before is ' +
        'skipped unless `again` is set. Ending the stream ends it after the letter under way.',
    })
    .meta({ changes: { kind: 'pipeline', name: 'pipeline' } })
    .input(letters.extend({ again: z.boolean().default(false) }))
    .output(eventIterator(redriveProgressSchema)),
  drop: method
    .route({
      method: 'POST',
      path: '/pipelines/{pipeline}/dead-letters/drop',
      summary: 'Mark dead letters as not needed',
      description: 'They stay in their topic; `restore` takes it back.',
    })
    .meta({ changes: { kind: 'pipeline', name: 'pipeline' } })
    .input(some)
    .output(z.void()),
  restore: method
    .route({
      method: 'POST',
      path: '/pipelines/{pipeline}/dead-letters/restore',
      summary: 'Take back that dead letters were dropped',
    })
    .meta({ changes: { kind: 'pipeline', name: 'pipeline' } })
    .input(some)
    .output(z.void()),
};
