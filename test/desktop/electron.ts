/**
 * Finds an Electron to test with: `ELECTRON_OVERRIDE_DIST_PATH`, the binary that the `electron` package downloaded, or the
 * stand-in beside the checkout (`../shared/electron-stand-in`), which runs the same bundles with Node and Chromium.
 */
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { findChromium } from '../browser/chromium.ts';

const root = join(import.meta.dirname, '../..');
const standIn = join(root, '..', 'shared', 'electron-stand-in');

export interface Electron {
  readonly executable: string;
  /** Electron's whole distribution, as electron-builder takes it. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** What only a real one does (permissions enforced, fuses obeyed) is tested when this is false. */
  readonly isStandIn: boolean;
}

/** Undefined where there is none: `lacking` says what a test then lacked. */
export async function findElectron(): Promise<Electron | undefined> {
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (given !== undefined && given !== '') return fromFolder(given);
  const installed = installedElectron();
  if (installed !== undefined) return { ...installed, env: {}, isStandIn: false };
  return existsSync(standIn) ? fromFolder(standIn) : undefined;
}

export const lacking =
  'no Electron: let `npx install-electron` download it, or set ELECTRON_OVERRIDE_DIST_PATH to a folder that has one';

async function fromFolder(folder: string): Promise<Electron> {
  const isStandIn = existsSync(join(folder, 'api.cjs'));
  return { executable: join(folder, 'electron'), folder, env: isStandIn ? await standInEnv() : {}, isStandIn };
}

/** It runs on the tests' own Node, and its page is shown by the same Chromium as the browser tests'. */
async function standInEnv(): Promise<Record<string, string>> {
  const { path, env } = await findChromium();
  const programs = [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter);
  return { ...env, PATH: programs, STANDIN_CHROMIUM: path };
}

function installedElectron(): { executable: string; folder: string } | undefined {
  const pathFile = join(root, 'node_modules', 'electron', 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const folder = join(root, 'node_modules', 'electron', 'dist');
  const executable = join(folder, readFileSync(pathFile, 'utf8'));
  return existsSync(executable) ? { executable, folder } : undefined;
}
