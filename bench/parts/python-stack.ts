/** The same work as a Python team would write it. Its libraries come by pip into the cache folder, once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { defaultCacheDir, shippedDir } from '#core/workspace/paths.ts';
import { say } from './measure.ts';
import { lastJson } from './mercury.ts';
import type { Servers } from './sandbox.ts';

export interface PythonStack {
  /** Answers rows a second, from the first record read to the last commit. */
  run(servers: Servers, table: string, round: number): Promise<number>;
}

const program = fileURLToPath(new URL('../python/flights_to_postgres.py', import.meta.url));
const requirements = fileURLToPath(new URL('../python/requirements.txt', import.meta.url));
const model = join(shippedDir('ml-models'), 'arrival-delay', 'model.onnx');

/** Undefined where Python or its packages can't be had; says why. */
export async function openPython(): Promise<PythonStack | undefined> {
  const environment = join(defaultCacheDir(), 'bench-python');
  const python = join(environment, 'bin', 'python');
  try {
    if (!(await isInstalled(environment))) await install(environment, python);
  } catch (error) {
    say(`  skipped Python: ${(error as Error).message}`);
    return undefined;
  }
  return {
    async run({ kafka, registry, postgres }, table, round) {
      const args = [kafka, registry, postgres, table, model, `bench-python-${round}-${process.pid}`];
      const child = spawn(python, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      return z.object({ rowsPerSecond: z.number() }).parse(await lastJson(child, 'Python')).rowsPerSecond;
    },
  };
}

/** The list it was made from lies in it: another list, another environment. */
async function isInstalled(environment: string): Promise<boolean> {
  const installed = join(environment, 'requirements.txt');
  return existsSync(installed) && (await readFile(installed, 'utf8')) === (await readFile(requirements, 'utf8'));
}

async function install(environment: string, python: string): Promise<void> {
  say('  installing the Python libraries, once');
  await rm(environment, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', environment]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]);
  await copyFile(requirements, join(environment, 'requirements.txt'));
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.slice(0, 3).join(' ')}: ${errors.trim().split('\n').at(-1)}`);
}
