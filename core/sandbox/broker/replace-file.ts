/** Puts new content in the place of a small file: after a kill it holds the old or the new one, never half of it. */
import { renameSync, writeFileSync } from 'node:fs';

export function replaceFile(path: string, content: string): void {
  writeFileSync(`${path}.new`, content, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
