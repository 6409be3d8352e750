/** What every YAML file of ours is checked by: its version first, then all of its faults at once. */
import { z } from 'zod';
import { type ErrorCode, WorkbenchError } from '#core/contract/errors.ts';

export interface FileKind {
  readonly code: ErrorCode;
  /** In the user's words: `pipeline`, `model card`. */
  readonly name: string;
  /** Where its fields are described. */
  readonly description: string;
}

const versioned = z.object({ version: z.number() });

/** `file` is how messages name it. Throws the kind's code. */
export function checkFile<Content>(
  kind: FileKind,
  file: string,
  content: unknown,
  schema: z.ZodType<Content>,
): Content {
  const version = versioned.safeParse(content).data?.version ?? 1;
  if (version > 1) {
    throw new WorkbenchError(kind.code, `${file} has version ${version}; this Mercury Workbench reads version 1`, {
      object: file,
      nextStep: 'Update Mercury Workbench to open it.',
    });
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
  throw invalidFile(kind, file, faults.join('; '));
}

export function invalidFile({ code, name, description }: FileKind, file: string, reason: string): WorkbenchError {
  return new WorkbenchError(code, `${file} is no valid ${name}: ${reason}`, {
    object: file,
    nextStep: `Correct the file; its fields are described in ${description}.`,
  });
}
