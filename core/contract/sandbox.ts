/** The sandbox's log, what it takes on disk, and a topic to add. */
import { z } from 'zod';

export const sandboxParts = ['broker', 'registry', 'postgres', 'feed', 'sandbox'] as const;
export type SandboxPart = (typeof sandboxParts)[number];

export const logLevels = ['info', 'warning', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export const sandboxLineSchema = z.object({
  /** Grows by one with each line since the program started. */
  seq: z.int(),
  /** Milliseconds since 1970-01-01 UTC. */
  at: z.number(),
  part: z.enum(sandboxParts),
  level: z.enum(logLevels),
  text: z.string(),
});
export type SandboxLine = z.infer<typeof sandboxLineSchema>;

export const sandboxLogPageSchema = z.object({
  /** Oldest first. */
  lines: z.array(sandboxLineSchema),
  /** Came too fast to be kept: they stand between the page before and this one. */
  leftOut: z.int(),
});
export type SandboxLogPage = z.infer<typeof sandboxLogPageSchema>;

/** Bytes. */
export const sandboxDiskSchema = z.object({ broker: z.number(), registry: z.number(), postgres: z.number() });
export type SandboxDisk = z.infer<typeof sandboxDiskSchema>;

export const cleanupPolicies = ['delete', 'compact', 'compact,delete'] as const;
export type CleanupPolicy = (typeof cleanupPolicies)[number];

export const newSandboxTopicSchema = z.object({
  name: z
    .string()
    .trim()
    .min(1, 'A topic needs a name')
    .max(249)
    .regex(/^[a-zA-Z0-9._-]+$/, 'Letters, digits, dots, dashes and underscores only')
    .meta({ examples: ['orders'] }),
  partitions: z
    .int()
    .min(1)
    .max(1_000)
    .meta({ examples: [3] }),
  cleanupPolicy: z.enum(cleanupPolicies).default('delete'),
});
export type NewSandboxTopic = z.infer<typeof newSandboxTopicSchema>;
