import { z } from 'zod';
import { errorCodes } from './errors.ts';

/** `ErrorData` as a schema, for the wire. */
export const errorDataSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  object: z.string().optional(),
  nextStep: z.string().optional(),
  retryable: z.boolean(),
});
