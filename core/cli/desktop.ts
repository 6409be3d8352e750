/**
 * The way to a desktop window: whether this machine and session can show one, where Electron's program is, and running it.
 *
 * Electron is never imported here: in plain Node that module downloads. Its own installer is run instead, once for a start
 * that wants a window and lacks the program.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { WorkbenchError } from '#core/contract/errors.ts';
import { aborted } from '#core/process/signals.ts';
import { shippedDir } from '#core/workspace/paths.ts';
import { note } from './output.ts';

/** A binary of about 120 MB on a slow line; a line that answers nothing must not hold the start up for ever. */
const longestInstallMs = 10 * 60_000;

export interface DesktopOptions {
  readonly executable: string;
  readonly workspace: string;
  readonly state: string;
  readonly stop: AbortSignal;
}

/** Why no window can be opened here, as half a sentence; undefined when one can. */
export function whyNoWindow(env: NodeJS.ProcessEnv = process.env, uid = process.getuid?.()): string | undefined {
  if (process.platform === 'win32') return undefined;
  if (uid === 0) return 'the desktop window does not run as root';
  if (process.platform === 'darwin') {
    return env.SSH_CONNECTION === undefined ? undefined : 'this is a remote session without a screen';
  }
  return env.DISPLAY || env.WAYLAND_DISPLAY ? undefined : 'there is no display';
}

/** Electron's program, fetched by its own installer when it is not there; undefined when it can't be had. */
export async function findElectron(stop: AbortSignal): Promise<string | undefined> {
  const folder = packageFolder();
  if (folder === undefined) return undefined;
  const found = executableIn(folder);
  if (found !== undefined || process.env.ELECTRON_OVERRIDE_DIST_PATH) return found;
  note('Fetching Electron for the desktop window (about 120 MB, once; --browser does without)…');
  await install(folder, stop);
  return executableIn(folder);
}

export function noElectron(): WorkbenchError {
  return new WorkbenchError('MISSING_COMPONENT', 'Electron, which shows the desktop window, is not installed', {
    object: 'electron',
    nextStep: 'Run `npx install-electron` where the network can be reached, or start with --browser.',
  });
}

/** Runs the window until it is closed; a stop of this command is passed on. Answers its exit code. */
export async function runDesktop({ executable, workspace, state, stop }: DesktopOptions): Promise<number> {
  const env = { ...process.env, MERCURY_WORKSPACE: workspace, MERCURY_STATE: state };
  const child = spawn(executable, [shippedDir('.')], { stdio: 'inherit', env });
  void aborted(stop).then(() => child.kill('SIGTERM'));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

function packageFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return undefined;
  }
}

/** As Electron's own `index.js` finds it: its installer leaves the name in `path.txt`. */
function executableIn(folder: string): string | undefined {
  const nameFile = join(folder, 'path.txt');
  const name = existsSync(nameFile) ? readFileSync(nameFile, 'utf8') : 'electron';
  const executable = join(process.env.ELECTRON_OVERRIDE_DIST_PATH || join(folder, 'dist'), name);
  return existsSync(executable) ? executable : undefined;
}

/** On a terminal it shows its own progress; elsewhere only our line is wanted, not its stack trace. */
async function install(folder: string, stop: AbortSignal): Promise<void> {
  const output = process.stderr.isTTY ? 2 : 'ignore';
  const signal = AbortSignal.any([stop, AbortSignal.timeout(longestInstallMs)]);
  const child = spawn(process.execPath, [join(folder, 'install.js')], { stdio: ['ignore', output, output], signal });
  await once(child, 'exit').catch(() => {});
}
