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

/** Characters and bytes of one value that a page of records carries; in a page with many large ones, less. */
export const largestPageValue = 32_768;

/** One half of a record, decoded by the first format that could; why each earlier one could not is kept. */
export const decodedSchema = z.object({
  /** `null` for no bytes at all, else the name of a format of `core/serde/formats/`: `avro`, `json`, `text`, `binary`, … */
  format: z.string(),
  value: valueSchema,
  schemaId: z.int().nullable(),
  failures: z.array(z.object({ format: z.string(), reason: z.string() })),
  /** A page left some of a large value out, beyond `largestPageValue`: the record by its place has all of it. */
  isCut: z.boolean().optional(),
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

/** An offset for each partition, `0:120,1:98`: before which to go on towards older records (0 leaves one out), or from which towards newer ones. */
export const pageCursorSchema = z
  .string()
  .regex(/^\d+:\d+(,\d+:\d+)*$/, 'the `older`, `newer` or `next` of a page')
  .meta({ examples: ['0:120,1:98'] });
export type PageCursor = z.infer<typeof pageCursorSchema>;

export const recordPageSchema = z.object({
  /** In the order asked for, by timestamp, then partition and offset. */
  records: z.array(topicRecordSchema),
  /** Where to go on, newest first; absent when the oldest record was reached. */
  older: pageCursorSchema.optional(),
  /** Where to go on, oldest first; absent when the end of the topic was reached. */
  newer: pageCursorSchema.optional(),
  /** Where records that come later go on, oldest first; there when the end of the topic was reached. */
  end: pageCursorSchema.optional(),
});
export type RecordPage = z.infer<typeof recordPageSchema>;

/** Records shown of one moment of a tail, at most; the others of that moment are counted. */
export const largestTailPage = 200;

/** What came since the page before; at most ten a second. One without records says the rate all the same. */
export const tailPageSchema = z.object({
  /** Newest first. */
  records: z.array(topicRecordSchema),
  /** Records that came too and are not here, since they are more than a page holds. */
  leftOut: z.int(),
  /** Over the last second. */
  perSecond: z.number(),
  /** Goes on from here without a gap, as the `from` of a tail. */
  next: pageCursorSchema,
});
export type TailPage = z.infer<typeof tailPageSchema>;

/** One record whole, and its bytes as they are in the topic. */
export const wholeRecordSchema = z.object({
  record: topicRecordSchema,
  keyBytes: z.instanceof(Uint8Array).nullable(),
  valueBytes: z.instanceof(Uint8Array).nullable(),
});
export type WholeRecord = z.infer<typeof wholeRecordSchema>;
