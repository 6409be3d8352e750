/** Builds the renderer when a hash of its inputs differs from the stamp of the last build. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkbenchError } from '#core/contract/errors.ts';
import { shippedDir } from '#core/workspace/paths.ts';
import { note } from './output.ts';

const root = shippedDir('.');
const stampFile = join(root, 'dist', 'renderer.stamp');
const inputs = ['renderer/**/*', 'core/contract/*.ts', 'vite.config.ts', 'package-lock.json'];

/** Answers how many milliseconds the build took; 0 when the page was up to date (or came built with the program). */
export async function buildPage(): Promise<number> {
  if (!existsSync(join(root, 'renderer', 'index.html'))) return 0;
  const stamp = hashInputs();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return 0;
  note('Building the page (once after each change)…');
  const startedAt = performance.now();
  await runVite();
  writeFileSync(stampFile, stamp);
  return performance.now() - startedAt;
}

function hashInputs(): string {
  const hash = createHash('sha256');
  for (const file of globSync(inputs, { cwd: root }).sort()) {
    const path = join(root, file);
    try {
      hash.update(file).update(readFileSync(path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error;
    }
  }
  return hash.digest('hex');
}

async function runVite(): Promise<void> {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: root, stdio: ['ignore', 2, 2] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code === 0) return;
  throw new WorkbenchError('INTERNAL', 'the page could not be built', { nextStep: 'Run `npx vite build` to see why.' });
}
