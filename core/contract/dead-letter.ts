/** Dead letters: records that could not become rows, why, what to do about them, and what became of them since. */
import { z } from 'zod';
import { errorDataSchema } from './error-data.ts';
import { unkept } from './journal.ts';
import { decodedSchema } from './record.ts';

/** Where a letter is in its dead-letter topic, as Kafka's tools write a place: `0@12`. */
export const letterIdSchema = z
  .string()
  .regex(/^\d{1,9}@\d{1,19}$/, 'partition@offset, as 0@12')
  .meta({ examples: ['0@12'] });

const placeSchema = z.object({ topic: z.string(), partition: z.int(), offset: z.bigint() });

/**
 * `open`: nothing was done yet. `sending`: the program ended while it was being sent, so Kafka may have it or not.
 * `redriven`: it is in the source topic again. `dropped`: someone decided that it is not needed.
 */
export const letterStates = ['open', 'sending', 'redriven', 'dropped'] as const;

/**
 * What the pipeline made of a redriven record: `waiting` to be read, a row `written` (or a key deleted), `refused` again,
 * `unknown` where the sink can't say.
 */
export const arrivals = ['waiting', 'written', 'refused', 'unknown'] as const;

export const letterOutcomeSchema = z.object({
  state: z.enum(letterStates),
  /** When that was; null while open. Milliseconds since 1970-01-01 UTC. */
  at: z.number().nullable(),
  isEdited: z.boolean(),
  /** Where the redriven record is; the offset is -1 where the broker did not tell. Null unless redriven. */
  to: placeSchema.nullable(),
  arrival: z.enum(arrivals).nullable(),
});
export type LetterOutcome = z.infer<typeof letterOutcomeSchema>;

export const deadLetterSchema = z.object({
  id: letterIdSchema,
  /** When it was set aside: milliseconds since 1970-01-01 UTC. */
  at: z.number(),
  /** The record it was. */
  source: placeSchema,
  stage: z.enum(['decode', 'sink']),
  /** An error code of ours, or the exception's class where another program wrote the letter. */
  code: z.string(),
  message: z.string(),
  key: decodedSchema,
  sizeBytes: z.int(),
  outcome: letterOutcomeSchema,
});
export type DeadLetter = z.infer<typeof deadLetterSchema>;

/** The `older` of a page. */
export const letterCursorSchema = z
  .string()
  .regex(/^\d+:\d+(,\d+:\d+)*$/, 'the `older` of a page')
  .meta({ examples: ['0:120'] });

export const letterPageSchema = z.object({
  /** Null where the definition has none: then what can't be delivered stops the pipeline. */
  topic: z.string().nullable(),
  /** Newest first. */
  letters: z.array(deadLetterSchema),
  /** Absent when the oldest was reached. */
  older: letterCursorSchema.optional(),
});
export type LetterPage = z.infer<typeof letterPageSchema>;

/** The first bytes of a key or value, and how many there are in all. */
export const letterBytesSchema = z.object({ bytes: z.instanceof(Uint8Array), sizeBytes: z.int() });

export const letterDetailSchema = deadLetterSchema.extend({
  keyBytes: letterBytesSchema.nullable(),
  valueBytes: letterBytesSchema.nullable(),
  value: decodedSchema,
  /** The record's own; those that say why it failed are left out. */
  headers: z.array(z.object({ name: z.string(), value: z.instanceof(Uint8Array).nullable() })),
  /** The byte of the value at which decoding fails now, and why; null where it can be decoded. */
  fault: z.object({ position: z.int(), reason: z.string() }).nullable(),
  /** To begin editing with; null where the value can't be edited as JSON: `editRefusal` says why. */
  edit: z
    .object({
      json: z.string(),
      /** `decoded`: the value as it is. `text`: the value is JSON text already. `template`: empty fields of the schema. */
      from: z.enum(['decoded', 'text', 'template']),
      schemaId: z.int(),
      subject: z.string(),
    })
    .nullable(),
  editRefusal: z.string().nullable(),
});
export type LetterDetail = z.infer<typeof letterDetailSchema>;

const content = (description: string) =>
  z.string().describe(description).register(unkept, { words: '[content of a record]' });

/** What the record's value becomes. Key and headers stay as they were. */
export const letterChangeSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('unchanged') }),
  z.object({ type: z.literal('json'), text: content('Written as Avro by the schema.'), schemaId: z.int() }),
  z.object({ type: z.literal('hex'), text: content('The bytes as they are, two digits each.') }),
]);
export type LetterChange = z.infer<typeof letterChangeSchema>;

export const redriveItemSchema = z.object({ id: letterIdSchema, change: letterChangeSchema });
export type RedriveItem = z.infer<typeof redriveItemSchema>;

/** What redriving a letter would do. */
export const redrivePlanSchema = z.object({
  id: letterIdSchema,
  topic: z.string(),
  partition: z.int(),
  key: decodedSchema,
  value: decodedSchema,
  sizeBytes: z.int(),
  /** Headers that go along, and those of the dead letter that stay behind. */
  headers: z.int(),
  headersLeftBehind: z.int(),
  /** Why it can't be sent, or would be set aside again. */
  problem: errorDataSchema.nullable(),
  /** Sending is possible all the same: the pipeline would set it aside again. */
  isSendable: z.boolean(),
  outcome: letterOutcomeSchema,
});
export type RedrivePlan = z.infer<typeof redrivePlanSchema>;

export const redriveProgressSchema = z.object({
  total: z.int(),
  sent: z.array(z.object({ id: letterIdSchema, to: placeSchema })),
  /** Redriven or dropped before, or no longer there. */
  skipped: z.array(z.object({ id: letterIdSchema, reason: z.string() })),
  isDone: z.boolean(),
});
export type RedriveProgress = z.infer<typeof redriveProgressSchema>;
