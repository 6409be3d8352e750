/** Where a pipeline's sinks stand, and moving them: a reset, looked at before it is done. */
import { z } from 'zod';
import { guarantees } from './pipeline.ts';

export const sinkRowsSchema = z.object({
  count: z.bigint(),
  /** False for the target's own estimate. */
  isExact: z.boolean(),
});

export const sinkStateSchema = z.object({
  /** Tells the sinks of one pipeline apart: `postgres`, `postgres-2`. */
  name: z.string(),
  title: z.string(),
  guarantee: z.enum(guarantees),
  /** All rows of the target, whoever wrote them; null where there is none yet, or the sink can't tell. */
  rows: sinkRowsSchema.nullable(),
  /** Why it can't be looked at; null where it can. */
  error: z.string().nullable(),
});
export type SinkState = z.infer<typeof sinkStateSchema>;

export const resetTargetSchema = z.discriminatedUnion('at', [
  z.object({ at: z.literal('earliest') }),
  z.object({ at: z.literal('time'), timestampMs: z.number().describe('The first record at or after it is the next.') }),
  z.object({
    at: z.literal('offsets'),
    /** Partitions that are left out stay where they are. */
    offsets: z.array(z.object({ partition: z.int().min(0), offset: z.bigint() })).min(1),
  }),
]);
export type ResetTarget = z.infer<typeof resetTargetSchema>;

export const resetPartitionSchema = z.object({
  partition: z.int(),
  /** First and one past the last that the topic holds. */
  earliest: z.bigint(),
  latest: z.bigint(),
  /** Where the sink stands; null: nothing was committed yet. */
  current: z.bigint().nullable(),
  next: z.bigint(),
});
export type ResetPartition = z.infer<typeof resetPartitionSchema>;

export const resetSinkSchema = sinkStateSchema.extend({
  partitions: z.array(resetPartitionSchema),
  /** Records that are read again, and those that are never read: at most, where a topic is compacted. */
  again: z.bigint(),
  skipped: z.bigint(),
});
export type ResetSink = z.infer<typeof resetSinkSchema>;

export const resetPreviewSchema = z.object({
  sinks: z.array(resetSinkSchema),
  /** Rows or records would be lost: the name has to be typed. */
  isDestructive: z.boolean(),
  /** What was looked at, to be handed back: a reset of anything else is refused. */
  seen: z.string(),
});
export type ResetPreview = z.infer<typeof resetPreviewSchema>;
