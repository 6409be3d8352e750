/** A definition as a file: read, overridden from the command line, checked. */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { WorkbenchError } from '#core/contract/errors.ts';
import { type PipelineDefinition, pipelineDefinitionSchema } from '#core/contract/pipeline.ts';
import { checkFile, type FileKind, invalidFile } from '#core/workspace/versioned-file.ts';

const kind: FileKind = { code: 'WORKSPACE_INVALID', name: 'pipeline', description: 'docs/pipelines.md' };

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
  if (syntaxError !== undefined) throw invalidFile(kind, file, syntaxError.message);
  for (const { path, value } of overrides) document.setIn(pathOf(path), parseDocument(value).toJS());
  return checkFile(kind, file, document.toJS(), pipelineDefinitionSchema);
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
