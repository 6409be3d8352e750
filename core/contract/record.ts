/** Topics and their records as the screen and the CLI show them. */
import { z } from 'zod';
import { valueSchema } from './value.ts';

export const topicSummarySchema = z.object({
  name: z.string(),
  internal: z.boolean(),
  partitions: z.int(),
  /** End offsets minus start offsets, over all partitions: an upper bound where the topic is compacted. */
  records: z.bigint(),
  /** Bytes on disk; null where the cluster does not tell. */
  bytes: z.bigint().nullable(),
});
export type TopicSummary = z.infer<typeof topicSummarySchema>;

/** One half of a record, decoded by the first format that could; why each earlier one could not is kept. */
export const decodedSchema = z.object({
  format: z.enum(['null', 'avro', 'json', 'text', 'binary']),
  value: valueSchema,
  schemaId: z.int().nullable(),
  failures: z.array(z.object({ format: z.string(), reason: z.string() })),
});
export type Decoded = z.infer<typeof decodedSchema>;

export const topicRecordSchema = z.object({
  topic: z.string(),
  partition: z.int(),
  offset: z.bigint(),
  /** Milliseconds since 1970-01-01 UTC, as the record says. */
  timestamp: z.bigint(),
  key: decodedSchema,
  value: decodedSchema,
  headers: z.array(z.object({ name: z.string(), value: z.instanceof(Uint8Array).nullable() })),
  /** Key and value together, as stored. */
  sizeBytes: z.int(),
});
export type TopicRecord = z.infer<typeof topicRecordSchema>;

/** Where to go on towards older records: for each partition the offset before which to read, `0:120,1:98`. A partition with 0 is left out. */
export const recordCursorSchema = z
  .string()
  .regex(/^\d+:\d+(,\d+:\d+)*$/, 'the `older` of a page')
  .meta({ examples: ['0:120,1:98'] });
export type RecordCursor = z.infer<typeof recordCursorSchema>;

export const recordPageSchema = z.object({
  /** Newest first, by timestamp, then partition and offset. */
  records: z.array(topicRecordSchema),
  /** Absent when the oldest record was reached. */
  older: recordCursorSchema.optional(),
});
export type RecordPage = z.infer<typeof recordPageSchema>;
