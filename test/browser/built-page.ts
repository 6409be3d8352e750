/** The renderer of this source, built: once for each state of it, whoever asks, into `dist/test-renderer-<hash>`. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '../..');
const name = 'test-renderer-';
/** Another run may still serve an older one. */
const keptForMs = 3_600_000;

let building: Promise<string> | undefined;

export function buildPage(): Promise<string> {
  building ??= buildOnce();
  return building;
}

async function buildOnce(): Promise<string> {
  const folder = join(root, 'dist', name + hashOfSource());
  if (existsSync(folder)) return folder;
  // Elsewhere first: a folder of this name is complete, whoever made it.
  const partial = mkdtempSync(join(root, 'node_modules/.vite-test-'));
  await asUsersHaveIt(() =>
    build({ configFile: join(root, 'vite.config.ts'), logLevel: 'error', build: { outDir: partial } }),
  );
  mkdirSync(join(root, 'dist'), { recursive: true });
  removeOld();
  try {
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** Vitest sets another environment, for which React builds its slow development half. */
async function asUsersHaveIt(work: () => Promise<unknown>): Promise<void> {
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  await work().finally(() => {
    process.env.NODE_ENV = before;
  });
}

function hashOfSource(): string {
  const hash = createHash('sha256');
  const files = globSync(
    ['renderer/**/*.{ts,tsx,css,html,svg}', 'core/contract/**/*.ts', 'test/browser/built-page.ts'],
    { cwd: root },
  ).sort();
  for (const file of ['vite.config.ts', 'package-lock.json', ...files]) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

function removeOld(): void {
  const dist = join(root, 'dist');
  for (const entry of existsSync(dist) ? readdirSync(dist) : []) {
    const path = join(dist, entry);
    if (entry.startsWith(name) && statSync(path).mtimeMs < Date.now() - keptForMs) rmSync(path, { recursive: true });
  }
}
