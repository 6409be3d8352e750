/**
 * The card of a model: what goes in, what comes out, how good it is and where it comes from. One `card.yaml` a folder of
 * `ml-models/`; ml-models/README.md describes it for users. The format is readable for ever.
 */

import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { WorkbenchError } from '#core/contract/errors.ts';

const sha256Hint = 'the 64 hexadecimal digits that sha256sum prints, in quotes';
const sha256 = z.string(sha256Hint).regex(/^[0-9a-f]{64}$/, sha256Hint);
const fileName = z
  .string()
  .regex(/^[^/\\]+$/, 'a file beside the card, without folders')
  .refine((name) => name !== '..', 'a file beside the card');
const fieldName = z.string().min(1);

const inputSchema = z.strictObject({
  tensor: z.string().min(1),
  type: z.literal('float32'),
  /** Columns stacked in this order: the tensor has the shape [rows, fields.length]. */
  fields: z.array(fieldName).min(1),
});

const outputSchema = z.strictObject({
  tensor: z.string().min(1),
  type: z.literal('float32'),
  /** The column that the prediction becomes. */
  field: fieldName,
  /** The column with the truth, where the data have it. */
  target: fieldName.optional(),
  unit: z.string().optional(),
});

const provenanceSchema = z.strictObject({
  data: z.string().optional(),
  data_sha256: sha256.optional(),
  script: fileName.optional(),
  script_sha256: sha256.optional(),
  algorithm: z.string().optional(),
  libraries: z.record(z.string(), z.string()).optional(),
  trained: z.iso.date().optional(),
});

export const modelCardSchema = z
  .strictObject({
    version: z.literal(1),
    name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'lower-case letters, digits, dots, dashes and underscores'),
    title: z.string().min(1),
    model: z.strictObject({ file: fileName, sha256, opset: z.int().positive().optional() }),
    inputs: z.array(inputSchema).min(1),
    outputs: z.array(outputSchema).min(1),
    /** What a row with a missing input gets: null is the only choice today. */
    missing: z.null(),
    parity: fileName.optional(),
    metrics: z.record(z.string(), z.number()).optional(),
    provenance: provenanceSchema.optional(),
  })
  .refine((card) => isUnique(card.inputs.map((input) => input.tensor)), 'two inputs name the same tensor')
  .refine((card) => isUnique(card.outputs.map((output) => output.tensor)), 'two outputs name the same tensor')
  .refine((card) => isUnique(card.outputs.map((output) => output.field)), 'two outputs name the same field');
export type ModelCard = z.infer<typeof modelCardSchema>;

/** Throws `MODEL_INVALID` that lists every fault; `file` is how the message names the card. */
export function parseCard(text: string, file: string): ModelCard {
  const content = parseDocument(text, file);
  const version = (content as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > 1) {
    throw new WorkbenchError(
      'MODEL_INVALID',
      `${file} has version ${version}, this Mercury Workbench reads version 1`,
      {
        object: file,
        nextStep: 'Update Mercury Workbench.',
      },
    );
  }
  const parsed = modelCardSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'card'}: ${issue.message}`);
  throw invalid(file, faults.join('; '));
}

function parseDocument(text: string, file: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    throw invalid(file, error instanceof Error ? error.message : String(error));
  }
}

function invalid(file: string, reason: string): WorkbenchError {
  return new WorkbenchError('MODEL_INVALID', `${file} is no valid model card: ${reason}`, {
    object: file,
    nextStep: 'Correct the card; ml-models/README.md describes its form.',
  });
}

function isUnique(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
