/**
 * Packs the built program with electron-builder, as electron-builder.yml says, into an installer for this system.
 *
 * Run as a program (`npm run pack`) it builds, packs and prints what each part weighs; what follows `--` is given to
 * electron-builder: `npm run pack -- --dir` stops at the folder an installer would hold.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Configuration } from 'electron-builder';
import { parse } from 'yaml';
import { installersIn, weigh } from './weigh.ts';

const root = join(import.meta.dirname, '..');
const largestInstallerMb = 250;

export interface PackOptions {
  /** The folder that has the built `electron/` and `renderer/`; `dist` of the checkout unless given. */
  readonly dist?: string;
  /** Where the packed folder and the installers go; as configured unless given. */
  readonly output?: string;
  /** A folder with Electron's program, instead of the one electron-builder fetches. */
  readonly electronDist?: string | undefined;
  readonly args?: readonly string[];
  readonly stdio?: 'inherit' | 'pipe';
}

/** Throws with electron-builder's own last words. */
export async function pack(options: PackOptions = {}): Promise<void> {
  const config = configOf(options);
  const folder = mkdtempSync(join(tmpdir(), 'mercury-pack-'));
  try {
    const configFile = join(folder, 'electron-builder.json');
    writeFileSync(configFile, JSON.stringify(config));
    await runBuilder(['--config', configFile, '--publish', 'never', ...(options.args ?? [])], options.stdio ?? 'pipe');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function configOf({ dist, output, electronDist }: PackOptions): Configuration {
  const config = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as Configuration;
  const files = [config.files ?? []].flat().map((entry) => {
    if (typeof entry === 'string' || entry.from === undefined || dist === undefined) return entry;
    return { ...entry, from: entry.from.replace(/^dist\b/, dist) };
  });
  return {
    ...config,
    files,
    ...(output === undefined ? {} : { directories: { ...config.directories, output } }),
    ...(electronDist === undefined ? {} : { electronDist }),
  };
}

async function runBuilder(args: readonly string[], stdio: 'inherit' | 'pipe'): Promise<void> {
  const program = join(dirname(createRequire(import.meta.url).resolve('electron-builder/package.json')), 'cli.js');
  const child = spawn(process.execPath, [program, ...args], { cwd: root, stdio: ['ignore', stdio, stdio] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`electron-builder ended with ${code}\n${said.slice(-4_000)}`);
}

if (import.meta.main) {
  const electronDist = process.env.ELECTRON_OVERRIDE_DIST_PATH || undefined;
  const output = join(root, 'dist', 'installers');
  await pack({ output, electronDist, args: process.argv.slice(2), stdio: 'inherit' });
  for (const { part, megabytes } of weigh(output)) print(`${megabytes.toFixed(1).padStart(8)} MB  ${part}`);
  for (const { part, megabytes } of installersIn(output)) {
    print(`${megabytes.toFixed(1).padStart(8)} MB  ${part}, at most ${largestInstallerMb}`);
    if (megabytes > largestInstallerMb) process.exitCode = 1;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
