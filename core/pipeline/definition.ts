/** A definition as a file: read, overridden from the command line, checked. */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { WorkbenchError } from '#core/contract/errors.ts';
import { type PipelineDefinition, pipelineDefinitionSchema } from '#core/contract/pipeline.ts';

/** `path` in dots (`sinks.0.table`), `value` as YAML (`5000`, `[a, b]`, `text`). */
export interface Override {
  readonly path: string;
  readonly value: string;
}

/** Throws `NOT_FOUND` without the file, `WORKSPACE_INVALID` naming the line or the field that is wrong. */
export function readDefinition(file: string, overrides: readonly Override[] = []): PipelineDefinition {
  return parseDefinition(readText(file), file, overrides);
}

export function parseDefinition(text: string, file: string, overrides: readonly Override[] = []): PipelineDefinition {
  const document = parseDocument(text);
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined) throw invalid(file, syntaxError.message);
  for (const { path, value } of overrides) document.setIn(pathOf(path), parseDocument(value).toJS());
  const raw: unknown = document.toJS();
  refuseNewer(raw, file);
  const result = pipelineDefinitionSchema.safeParse(raw);
  if (!result.success) throw invalid(file, inOneLine(result.error));
  return result.data;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new WorkbenchError('NOT_FOUND', `there is no pipeline file ${file}`, {
      object: file,
      nextStep: 'Check the path; the sample is config/pipelines/flights-to-postgres.yaml.',
      cause,
    });
  }
}

function pathOf(path: string): Array<string | number> {
  return path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function refuseNewer(raw: unknown, file: string): void {
  const version = typeof raw === 'object' && raw !== null && 'version' in raw ? raw.version : undefined;
  if (typeof version !== 'number' || version <= 1) return;
  throw new WorkbenchError(
    'WORKSPACE_INVALID',
    `${file} has version ${version}; this Mercury Workbench reads version 1`,
    {
      object: file,
      nextStep: 'Update Mercury Workbench to open it.',
    },
  );
}

function inOneLine({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join('; ');
}

function invalid(file: string, message: string): WorkbenchError {
  return new WorkbenchError('WORKSPACE_INVALID', `${file} is no valid pipeline: ${message}`, {
    object: file,
    nextStep: 'Correct the file; the fields are described in docs/pipelines.md.',
  });
}
