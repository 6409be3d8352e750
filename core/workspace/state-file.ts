/** A small JSON file of the state directory: checked when read, replaced as a whole when written, mode 0600. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';

/** What the file holds; `undefined` when it is missing or of another form (it is written anew then). */
export function readStateFile<T>(path: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

export function writeStateFile(path: string, content: unknown): void {
  replaceFile(path, `${JSON.stringify(content, null, 2)}\n`, 0o600);
}

/** A reader sees the old or the new content, never half of it, whenever this process is killed. */
export function replaceFile(path: string, text: string, mode?: number): void {
  const next = `${path}.${process.pid}.next`;
  writeFileSync(next, text, { mode });
  renameSync(next, path);
}
