/** Builds what is made from source, the page and the desktop shell, each when a hash of its inputs differs from the last build's. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkbenchError } from '#core/contract/errors.ts';
import { shippedDir } from '#core/workspace/paths.ts';
import { note } from './output.ts';

const root = shippedDir('.');

interface Product {
  readonly title: string;
  readonly inputs: readonly string[];
  /** Its first input: where that is missing, the product came built with the program. */
  readonly source: string;
  readonly output: string;
  readonly stamp: string;
  /** Arguments of this Node. */
  readonly command: readonly string[];
}

const page: Product = {
  title: 'the page',
  inputs: ['renderer/**/*', 'core/contract/**/*.ts', 'vite.config.ts', 'package-lock.json'],
  source: 'renderer/index.html',
  output: 'dist/renderer/index.html',
  stamp: 'dist/renderer.stamp',
  command: ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'],
};

const shell: Product = {
  title: 'the desktop shell',
  inputs: ['electron/**/*', 'core/**/*.ts', 'package-lock.json'],
  source: 'electron/main.ts',
  output: 'dist/electron/main.js',
  stamp: 'dist/electron.stamp',
  command: ['electron/build.ts'],
};

/** Answers how many milliseconds the build took; 0 when the page was up to date (or came built with the program). */
export const buildPage = (): Promise<number> => buildWhenChanged(page);
export const buildShell = (): Promise<number> => buildWhenChanged(shell);

async function buildWhenChanged(product: Product): Promise<number> {
  if (!existsSync(join(root, product.source))) return 0;
  const stampFile = join(root, product.stamp);
  const stamp = hashOf(product.inputs);
  const isBuilt = existsSync(join(root, product.output)) && existsSync(stampFile);
  if (isBuilt && readFileSync(stampFile, 'utf8') === stamp) return 0;
  note(`Building ${product.title} (once after each change)…`);
  const startedAt = performance.now();
  await run(product);
  writeFileSync(stampFile, stamp);
  return performance.now() - startedAt;
}

function hashOf(inputs: readonly string[]): string {
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

async function run({ title, command }: Product): Promise<void> {
  // Under a test NODE_ENV says so: the page would be React's development half, three times slower, until the next change.
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = spawn(process.execPath, command, { cwd: root, env, stdio: ['ignore', 2, 2] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code === 0) return;
  throw new WorkbenchError('INTERNAL', `${title} could not be built`, { nextStep: 'Run `npm run build` to see why.' });
}
