/**
 * The app folder as Electron is given it: the shell and the page of this source, built once for each state of it into
 * `dist/test-desktop-<hash>`; what ships beside them is linked.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { buildShell } from '../../electron/build.ts';
import { buildPage } from '../browser/built-page.ts';

const root = join(import.meta.dirname, '../..');
const name = 'test-desktop-';
/** Another run may still use an older one. */
const keptForMs = 3_600_000;
const linked = ['node_modules', 'config', 'ml-models', 'core/sandbox/sample/data'];

let building: Promise<string> | undefined;

export function buildApp(): Promise<string> {
  building ??= buildOnce();
  return building;
}

async function buildOnce(): Promise<string> {
  const page = await buildPage();
  const folder = join(root, 'dist', name + hashOfSource(page));
  if (existsSync(folder)) return folder;
  // Elsewhere first: a folder of this name is complete, whoever made it.
  mkdirSync(join(root, 'dist'), { recursive: true });
  const partial = mkdtempSync(join(root, 'dist', '.building-desktop-'));
  await buildShell(join(partial, 'dist', 'electron'));
  cpSync(page, join(partial, 'dist', 'renderer'), { recursive: true });
  copyFileSync(join(root, 'package.json'), join(partial, 'package.json'));
  for (const path of linked) {
    mkdirSync(dirname(join(partial, path)), { recursive: true });
    symlinkSync(join(root, path), join(partial, path), 'junction');
  }
  removeOld();
  try {
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function hashOfSource(page: string): string {
  const hash = createHash('sha256').update(page);
  for (const file of [
    'package-lock.json',
    'package.json',
    ...globSync('{core,electron}/**/*.ts', { cwd: root }).sort(),
  ]) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

function removeOld(): void {
  const dist = join(root, 'dist');
  for (const entry of readdirSync(dist)) {
    const path = join(dist, entry);
    if (entry.startsWith(name) && statSync(path).mtimeMs < Date.now() - keptForMs) rmSync(path, { recursive: true });
  }
}
