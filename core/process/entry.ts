/**
 * Maps the name of a child process to its file. The one place that does: bundlers do not follow such paths, so the
 * packed app sets `folder` to where its bundled children lie.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export function entry(name: string, folder = fileURLToPath(new URL('../children', import.meta.url))): string {
  const source = join(folder, `${name}.ts`);
  return existsSync(source) ? source : join(folder, `${name}.js`);
}
