/**
 * The journal: which calls changed something, on what, from where, and how they ended.
 *
 * A method says in its `meta` what it changes; every call of such a method is kept, and no method writes a line of its own.
 */
import { z } from 'zod';
import { errorDataSchema } from './error-data.ts';

export const changeKinds = ['pipeline', 'connection', 'topic', 'sandbox', 'secrets'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** What a method changes. */
export interface Change {
  readonly kind: ChangeKind;
  /** Where its input has the name of the thing: `definition.name`. Left out where there is one of the kind. */
  readonly name?: string;
  /** The connection it always happens on. Left out: the thing's own, else the one in use. */
  readonly on?: string;
}

/** What of an input the journal does not keep, and the words it puts there. */
export const unkept = z.registry<{ readonly words: string }>();

/** `window`: the desktop window. `browser`: the page in a browser. `api`: a program. `cli`: a `mercury` command. */
export const callOrigins = ['window', 'browser', 'api', 'cli'] as const;
export type CallOrigin = (typeof callOrigins)[number];

/** What each transport says of a call. */
export interface CallContext {
  readonly from?: CallOrigin;
}

export const journalEntrySchema = z.object({
  version: z.literal(1),
  id: z.string(),
  /** When it was called: milliseconds since 1970-01-01 UTC. */
  at: z.number(),
  durationMs: z.number(),
  /** `pipelines.start`. */
  method: z.string(),
  kind: z.enum(changeKinds),
  /** Null where there is one of the kind, or the input could not be read. */
  name: z.string().nullable(),
  connection: z.string().nullable(),
  /** Null where the workbench called itself. */
  from: z.enum(callOrigins).nullable(),
  /** Why it failed; null when it was done. */
  error: errorDataSchema.nullable(),
  /** What was asked for, without secrets and contents of records; null where it does not fit the method. */
  input: z.unknown(),
});
export type JournalEntry = z.infer<typeof journalEntrySchema>;

export const journalPageSchema = z.object({
  /** Newest first. */
  entries: z.array(journalEntrySchema),
  /** Absent when the oldest was reached. */
  older: z.string().optional(),
  /** Lines passed over: torn by a crash, or of a newer version of the program. */
  unreadable: z.int(),
});
export type JournalPage = z.infer<typeof journalPageSchema>;

export const journalStatusSchema = z.object({
  /** Entries of this run: grows with each. */
  added: z.int(),
  /** Those that could not be written yet, and why; they are tried again with the next. */
  unwritten: z.int(),
  fault: errorDataSchema.nullable(),
});
export type JournalStatus = z.infer<typeof journalStatusSchema>;
