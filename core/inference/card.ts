/**
 * The card of a model: what goes in, what comes out, how good it is and where it comes from. One `card.yaml` a folder of
 * `ml-models/`; ml-models/README.md describes it for users. The format is readable for ever.
 */
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { toErrorData } from '#core/contract/errors.ts';
import { checkFile, type FileKind, invalidFile } from '#core/workspace/versioned-file.ts';

const kind: FileKind = { code: 'MODEL_INVALID', name: 'model card', description: 'ml-models/README.md' };

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

const modelCardSchema = z
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
  return checkFile(kind, file, parseDocument(text, file), modelCardSchema);
}

function parseDocument(text: string, file: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    throw invalidFile(kind, file, toErrorData(error).message);
  }
}

function isUnique(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
