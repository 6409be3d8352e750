import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import {
  pageCursorSchema,
  recordPageSchema,
  tailPageSchema,
  topicSummarySchema,
  wholeRecordSchema,
} from '../record.ts';
import { partitionRowSchema, topicConfigSchema, topicGroupSchema, topicsChangeSchema } from '../topic.ts';
import { method } from './method.ts';

const topicName = z.string().meta({ examples: ['flights'] });
const ofTopic = z.object({ topic: topicName });

export const topicsMethods = {
  list: method
    .route({ method: 'GET', path: '/topics', summary: 'List the topics of the cluster' })
    .output(z.array(topicSummarySchema)),
  watch: method
    .route({
      method: 'GET',
      path: '/topics/live',
      summary: 'Follow the topics of the cluster: names first, then what costs more',
      description: 'The first message names all topics; later ones have what was read or has changed since.',
    })
    .output(eventIterator(topicsChangeSchema)),
  records: method
    .route({
      method: 'GET',
      path: '/topics/{topic}/records',
      summary: 'Read a page of records, newest or oldest first',
      description:
        'Newest first, `before` (the `older` of the page before) goes on towards older records. Oldest first, from the first ' +
        'record or from the time `since`; `after` (the `newer` of the page before) goes on.',
    })
    .input(
      z.object({
        topic: topicName,
        limit: z.int().min(1).max(1000).default(100),
        order: z.enum(['newest', 'oldest']).default('newest'),
        before: pageCursorSchema.optional(),
        after: pageCursorSchema.optional(),
        since: z.bigint().optional().describe('Milliseconds since 1970-01-01 UTC.'),
      }),
    )
    .output(recordPageSchema),
  record: method
    .route({
      method: 'GET',
      path: '/topics/{topic}/records/{partition}/{offset}',
      summary: 'Read one record whole, with its bytes',
    })
    .input(
      z.object({
        topic: topicName,
        partition: z
          .int()
          .min(0)
          .meta({ examples: [2] }),
        offset: z.bigint().meta({ examples: ['48213'] }),
      }),
    )
    .output(wholeRecordSchema),
  tail: method
    .route({
      method: 'GET',
      path: '/topics/{topic}/tail',
      summary: 'Follow new records',
      description:
        'Pages of the newest, at most ten a second; what a page does not hold is counted in it. With a `tailId`, two pages at ' +
        'most are on their way until they are taken. Ending the stream ends the reading.',
    })
    .input(
      z.object({
        topic: topicName,
        from: pageCursorSchema.optional().describe('The `next` of a page; the end of the topic when left out.'),
        tailId: z.uuid().optional().describe('Chosen by the caller, who then calls `tailTaken` for each page.'),
      }),
    )
    .output(eventIterator(tailPageSchema)),
  tailTaken: method
    .route({ method: 'POST', path: '/topics/tails/{tailId}/taken', summary: 'Say that a page of a tail was taken' })
    .meta({ changes: null })
    .input(z.object({ tailId: z.uuid().meta({ examples: ['3f2c1c0e-8f0b-4c58-9d55-0c3a4f5e6a71'] }) }))
    .output(z.void()),
  partitions: method
    .route({ method: 'GET', path: '/topics/{topic}/partitions', summary: 'List the partitions of a topic' })
    .input(ofTopic)
    .output(z.array(partitionRowSchema)),
  groups: method
    .route({
      method: 'GET',
      path: '/topics/{topic}/groups',
      summary: 'List the groups that read a topic, with their lag',
      description: 'Those that have committed an offset in it, or have a member that reads it now.',
    })
    .input(ofTopic)
    .output(z.array(topicGroupSchema)),
  config: method
    .route({
      method: 'GET',
      path: '/topics/{topic}/config',
      summary: 'Read the settings of a topic and where they come from',
    })
    .input(ofTopic)
    .output(z.array(topicConfigSchema)),
};
