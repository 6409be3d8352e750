/** Pipelines: the definition a team commits as YAML, and what a running one says about itself. */
import { z } from 'zod';
import { errorDataSchema } from './error-data.ts';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'lower-case letters, digits, dots, dashes and underscores');

/** `connection` names a file of `connections/`; addresses given on the command line win over it. */
export const pipelineDefinitionSchema = z.strictObject({
  version: z.literal(1),
  name,
  connection: z.string().default('sandbox'),
  source: z.strictObject({
    topic: z.string().min(1).describe('The topic to read.'),
    key: z
      .strictObject({
        format: z.literal('text'),
        field: z
          .string()
          .describe('The field that the key holds as text: a tombstone deletes the row with this value.'),
      })
      .optional(),
    value: z.strictObject({ format: z.enum(['avro']) }),
  }),
  model: z
    .strictObject({
      name: z.string().describe('A folder of ml-models/.'),
    })
    .optional(),
  /** Each sink names its type; the rest of its fields belong to that sink's own spec. */
  sinks: z.array(z.looseObject({ type: z.string() })).min(1),
  deadLetter: z
    .strictObject({ topic: z.string().describe('Where records go that can’t be decoded or written, bytes intact.') })
    .optional(),
  batch: z
    .strictObject({
      rows: z.int().min(1).max(1_000_000).default(20_000).describe('Rows of one transaction at most.'),
    })
    .default({ rows: 20_000 }),
});
export type PipelineDefinition = z.infer<typeof pipelineDefinitionSchema>;

export const guarantees = ['exactly-once', 'idempotent', 'at-least-once'] as const;
export type Guarantee = (typeof guarantees)[number];

/**
 * stopped → starting → running → stopping → stopped; `waiting` for a topic or schema that does not exist yet;
 * `retrying` after a fault that can pass by itself; `failed` needs the user; `finished` reached the end it was given.
 */
export const pipelineStates = [
  'stopped',
  'starting',
  'waiting',
  'running',
  'retrying',
  'stopping',
  'failed',
  'finished',
] as const;
export type PipelineState = (typeof pipelineStates)[number];

export const stageSchema = z.object({
  id: z.enum(['source', 'decode', 'model', 'sink']),
  title: z.string(),
  /** Records (source, decode) or rows (model, sink) since the start of this run. */
  count: z.bigint(),
  /** Over the last second or so; 0 when nothing moves. */
  ratePerSecond: z.number(),
  /** Milliseconds for one batch, over the last batches; null before the first. */
  p50Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  errors: z.bigint(),
});
export type Stage = z.infer<typeof stageSchema>;

export const pipelineProgressSchema = z.object({
  read: z.bigint(),
  /** Records whose row the sink holds (or held until a later record of the same key replaced it). read = written + deleted + deadLettered once all is committed. */
  written: z.bigint(),
  /** Tombstones applied. */
  deleted: z.bigint(),
  deadLettered: z.bigint(),
  /** Records between the committed position and the end of the topic; null before it is known. */
  lag: z.bigint().nullable(),
  /** Records read whose batch is not committed yet. */
  inFlight: z.bigint(),
  /** Milliseconds from a record's own timestamp to its commit, of records taken evenly from the last batches; null before the first. */
  endToEnd: z.object({ p50Ms: z.number(), p99Ms: z.number() }).nullable(),
  /** Mean absolute error of the prediction where the truth is in the record; null without model or truth. */
  modelError: z.object({ mean: z.number(), rows: z.bigint(), unit: z.string() }).nullable(),
  stages: z.array(stageSchema),
});
export type PipelineProgress = z.infer<typeof pipelineProgressSchema>;

export const pipelineStatusSchema = z.object({
  name: z.string(),
  file: z.string(),
  state: z.enum(pipelineStates),
  topic: z.string(),
  model: z.string().nullable(),
  sinks: z.array(z.object({ type: z.string(), title: z.string(), guarantee: z.enum(guarantees) })),
  /** Milliseconds since 1970-01-01 UTC; null when not running. */
  startedAt: z.number().nullable(),
  /** Why it is retrying, waiting or failed. */
  error: errorDataSchema.nullable(),
  progress: pipelineProgressSchema.nullable(),
});
export type PipelineStatus = z.infer<typeof pipelineStatusSchema>;

/** A file of the workspace's pipelines that is none, and why. */
export const pipelineFaultSchema = z.object({
  file: z.string(),
  error: errorDataSchema,
  /** The pipeline it was before: its last good form still counts. Null where it never was one. */
  pipeline: z.string().nullable(),
});
export type PipelineFault = z.infer<typeof pipelineFaultSchema>;
