/**
 * The app as its installers hold it: packed with the Electron under test into a folder of its own. `MERCURY_INSTALLED` names
 * the executable of one that an installer put there, to be tested instead.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pack } from '../../electron/pack.ts';
import { packedFolder } from '../../electron/weigh.ts';
import { buildApp } from './built-app.ts';
import type { Electron } from './electron.ts';

export interface PackedApp {
  readonly executable: string;
  /** `app.asar`; what lies outside it is in `app.asar.unpacked` beside it. */
  readonly archive: string;
  remove(): void;
}

export async function packApp(electron: Electron): Promise<PackedApp> {
  const installed = process.env.MERCURY_INSTALLED;
  if (installed !== undefined && installed !== '')
    return { executable: installed, archive: archiveOf(installed), remove() {} };
  const folder = mkdtempSync(join(tmpdir(), 'mercury-packed-'));
  const output = join(folder, 'out');
  const app = await buildApp();
  const electronDist = electron.isStandIn
    ? completeStandIn(electron.folder, join(folder, 'electron'))
    : electron.folder;
  await pack({ dist: join(app, 'dist'), output, electronDist, args: ['--dir'] });
  const executable = executableIn(packedFolder(output));
  return {
    executable,
    archive: archiveOf(executable),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function archiveOf(executable: string): string {
  const isInBundle = process.platform === 'darwin';
  return join(dirname(executable), isInBundle ? '../Resources' : 'resources', 'app.asar');
}

function executableIn(packed: string): string {
  if (process.platform === 'win32') return join(packed, 'Mercury Workbench.exe');
  if (process.platform === 'linux') return join(packed, 'mercury-workbench');
  return join(packed, 'Mercury Workbench.app', 'Contents', 'MacOS', 'Mercury Workbench');
}

/** electron-builder expects Electron's other files beside its program: here they are empty. */
function completeStandIn(from: string, to: string): string {
  mkdirSync(join(to, 'locales'), { recursive: true });
  for (const name of readdirSync(from)) cpSync(join(from, name), join(to, name));
  const names = ['version', 'LICENSE', 'LICENSES.chromium.html', 'resources.pak', 'locales/en-US.pak', 'icudtl.dat'];
  for (const name of [...names, 'chrome_crashpad_handler', 'chrome-sandbox']) {
    if (!existsSync(join(to, name))) writeFileSync(join(to, name), '');
  }
  return to;
}
