import { z } from 'zod';
import { errorDataSchema } from './error-data.ts';

/** A model as lists show it; one whose card can't be used says why. */
export const modelSummarySchema = z.object({
  name: z.string(),
  title: z.string(),
  /** Columns it needs. */
  inputs: z.array(z.string()),
  /** Column it adds. */
  output: z.string(),
  /** As the card says: measured when it was trained. */
  metrics: z.record(z.string(), z.number()),
  error: errorDataSchema.nullable(),
});
export type ModelSummary = z.infer<typeof modelSummarySchema>;

/** A model's card, whole, and what was found of its files here. */
export const modelCardViewSchema = z.object({
  name: z.string(),
  title: z.string(),
  /** Its folder. */
  folder: z.string(),
  inputs: z.array(z.object({ tensor: z.string(), type: z.string(), fields: z.array(z.string()) })),
  outputs: z.array(
    z.object({
      tensor: z.string(),
      type: z.string(),
      field: z.string(),
      /** The column with the truth, where the data have it. */
      target: z.string().nullable(),
      unit: z.string().nullable(),
    }),
  ),
  metrics: z.record(z.string(), z.number()),
  file: z.object({
    name: z.string(),
    /** Null where there is no such file. */
    bytes: z.int().nullable(),
    /** Of the file as it is now. */
    sha256: z.string().nullable(),
    isAsOnCard: z.boolean(),
    opset: z.int().nullable(),
  }),
  /** Rows with the outputs that the trainer saw; null where the card names none. */
  parity: z.object({ file: z.string(), rows: z.int().nullable(), fault: z.string().nullable() }).nullable(),
  provenance: z
    .object({
      data: z.string().nullable(),
      dataSha256: z.string().nullable(),
      script: z.string().nullable(),
      scriptSha256: z.string().nullable(),
      algorithm: z.string().nullable(),
      libraries: z.record(z.string(), z.string()),
      trained: z.string().nullable(),
    })
    .nullable(),
});
export type ModelCardView = z.infer<typeof modelCardViewSchema>;

/** What this machine computes, beside what the trainer saw. */
export const modelParitySchema = z.object({
  rows: z.int(),
  /** Rows beyond the tolerance. */
  differing: z.int(),
  /** The largest difference, absolute; null where one is no number. */
  worst: z.number().nullable(),
  /** Of the output. */
  unit: z.string().nullable(),
});
export type ModelParity = z.infer<typeof modelParitySchema>;
