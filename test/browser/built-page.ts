/** The renderer of this source, built. */
import { join } from 'node:path';
import { build } from 'vite';
import { buildOnce, root } from '../build-once.ts';

let building: Promise<string> | undefined;

/** Answers the folder. */
export function buildPage(): Promise<string> {
  building ??= buildOnce({
    name: 'test-renderer',
    sources: [
      'vite.config.ts',
      'renderer/**/*.{ts,tsx,css,html,svg}',
      'core/contract/**/*.ts',
      'test/browser/built-page.ts',
    ],
    build: (outDir) =>
      asUsersHaveIt(() => build({ configFile: join(root, 'vite.config.ts'), logLevel: 'error', build: { outDir } })),
  });
  return building;
}

/** Vitest sets another environment, for which React builds its slow development half. */
async function asUsersHaveIt(work: () => Promise<unknown>): Promise<void> {
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  await work().finally(() => {
    process.env.NODE_ENV = before;
  });
}
