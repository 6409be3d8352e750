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
