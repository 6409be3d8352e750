/** What runs at this moment: one snapshot for all pages, sent a few times a second while something changes. */
import { z } from 'zod';
import { journalStatusSchema } from './journal.ts';
import { pipelineFaultSchema, pipelineStatusSchema } from './pipeline.ts';

export const processStates = ['starting', 'running', 'restarting', 'stopping', 'stopped'] as const;
export type ProcessState = (typeof processStates)[number];

export const processStatusSchema = z.object({
  /** `main`, `sandbox`, `pipeline flights-to-postgres`. */
  name: z.string(),
  pid: z.int().nullable(),
  state: z.enum(processStates),
  startedAt: z.number().nullable(),
  restarts: z.int(),
  /** Why it last ended without being asked to, and when it was or will be started again; null when it never did. */
  lastCrash: z.object({ at: z.number(), reason: z.string(), restartsAt: z.number() }).nullable(),
  residentBytes: z.number().nullable(),
});
export type ProcessStatus = z.infer<typeof processStatusSchema>;

export const feedStatusSchema = z.object({
  state: z.enum(['running', 'paused']),
  topic: z.string(),
  ratePerSecond: z.number(),
  sent: z.int(),
});
export type FeedStatus = z.infer<typeof feedStatusSchema>;

export const sandboxStatusSchema = z.object({
  /** restarting: it ended, why says its process; it is tried again until it is up. */
  state: z.enum(['off', 'starting', 'restarting', 'running']),
  kafka: z.string().nullable(),
  registry: z.string().nullable(),
  /** Host, port and database; the password stays behind. */
  postgres: z.string().nullable(),
  dataDir: z.string().nullable(),
  diskBytes: z.number().nullable(),
  feed: feedStatusSchema.nullable(),
});
export type SandboxStatus = z.infer<typeof sandboxStatusSchema>;

export const snapshotSchema = z.object({
  /** When it was taken: milliseconds since 1970-01-01 UTC. */
  at: z.number(),
  processes: z.array(processStatusSchema),
  sandbox: sandboxStatusSchema,
  pipelines: z.array(pipelineStatusSchema),
  pipelineFaults: z.array(pipelineFaultSchema),
  journal: journalStatusSchema,
  /** Milliseconds from the start of the program to each mark, once reached. */
  startup: z.object({
    hostReadyMs: z.number().nullable(),
    sandboxReadyMs: z.number().nullable(),
    firstRowMs: z.number().nullable(),
  }),
});
export type Snapshot = z.infer<typeof snapshotSchema>;
