/** What lists and tabs show of a topic beside its records. */
import { z } from 'zod';
import { schemaTypeSchema } from './schema.ts';

/** The newest version that the registry has under the name a topic's values have by custom: `<topic>-value`. */
export const topicSchemaSchema = z.object({
  subject: z.string(),
  type: schemaTypeSchema,
  version: z.int(),
  id: z.int(),
});
export type TopicSchema = z.infer<typeof topicSchemaSchema>;

/** A row of the list. What is left out was not read yet: names come first, what costs more follows. */
export const topicRowSchema = z.object({
  name: z.string(),
  internal: z.boolean(),
  partitions: z.int(),
  /** End offsets minus start offsets: an upper bound where the topic is compacted. */
  records: z.bigint().optional(),
  /** Bytes on disk over all replicas; null where the cluster does not tell. */
  bytes: z.bigint().nullable().optional(),
  /** Records written a second, measured between two readings of the end offsets. */
  perSecond: z.number().optional(),
  /** The newest timestamp among its records, milliseconds since 1970-01-01 UTC; null without records or where the cluster does not tell. */
  lastRecordAt: z.bigint().nullable().optional(),
  /** Null where the registry has none by that name. */
  schema: topicSchemaSchema.nullable().optional(),
});
export type TopicRow = z.infer<typeof topicRowSchema>;

export const topicsChangeSchema = z.object({
  /** Rows that are new or have changed, whole. The first message has all. */
  topics: z.array(topicRowSchema),
  removed: z.array(z.string()),
});
export type TopicsChange = z.infer<typeof topicsChangeSchema>;

export const partitionRowSchema = z.object({
  partition: z.int(),
  firstOffset: z.bigint(),
  /** Of the last record; `firstOffset - 1` where there is none. */
  lastOffset: z.bigint(),
  records: z.bigint(),
  /** Of the leader's copy; null where the cluster does not tell. */
  bytes: z.bigint().nullable(),
  /** Node id; -1 while it has no leader. */
  leader: z.int(),
  replicas: z.array(z.int()),
  inSyncReplicas: z.array(z.int()),
});
export type PartitionRow = z.infer<typeof partitionRowSchema>;

export const groupPartitionSchema = z.object({
  partition: z.int(),
  /** The next offset to read; null where the group has committed none. */
  committed: z.bigint().nullable(),
  endOffset: z.bigint(),
  /** Null where nothing is committed. */
  lag: z.bigint().nullable(),
  /** The member that reads it now. */
  member: z.object({ id: z.string(), clientId: z.string(), host: z.string() }).nullable(),
});
export type GroupPartition = z.infer<typeof groupPartitionSchema>;

export const topicGroupSchema = z.object({
  group: z.string(),
  /** As the broker names it: Stable, Empty, PreparingRebalance. */
  state: z.string(),
  members: z.int(),
  /** Over the partitions with a commit. */
  lag: z.bigint(),
  partitions: z.array(groupPartitionSchema),
});
export type TopicGroup = z.infer<typeof topicGroupSchema>;

export const configSources = ['topic', 'broker', 'cluster', 'file', 'default', 'unknown'] as const;

export const topicConfigSchema = z.object({
  name: z.string(),
  /** Null for a secret one. */
  value: z.string().nullable(),
  /** `topic`: set on this topic. Else where the value in force comes from: one broker, all brokers, a broker's file, Kafka itself. */
  source: z.enum(configSources),
  isSensitive: z.boolean(),
  isReadOnly: z.boolean(),
  /** What would be in force without the value set on the topic; null where the broker does not tell. */
  inherited: z.string().nullable(),
  documentation: z.string().nullable(),
});
export type TopicConfig = z.infer<typeof topicConfigSchema>;
