/** What the workbench finds wrong with a draft, by the field it concerns. */
import { ORPCError } from '@orpc/client';

/** Path in the definition to message: `kafka.brokers.0` to `Write it as host:port`. */
export type FieldErrors = ReadonlyMap<string, string>;

export const noErrors: FieldErrors = new Map();

interface Issue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Undefined for a failure that is not of single fields. */
export function fieldErrors(error: unknown): FieldErrors | undefined {
  if (!(error instanceof ORPCError) || error.code !== 'BAD_REQUEST') return undefined;
  const { issues } = error.data as { readonly issues?: readonly Issue[] };
  if (issues === undefined) return undefined;
  return new Map(
    issues.map(({ path, message }) => [
      path.filter((part) => part !== 'definition' && part !== 'draft').join('.'),
      message,
    ]),
  );
}

/** Of the field, or of a part of it: the first. */
export function errorAt(errors: FieldErrors, field: string): string | undefined {
  for (const [path, message] of errors) if (path === field || path.startsWith(`${field}.`)) return message;
  return undefined;
}
