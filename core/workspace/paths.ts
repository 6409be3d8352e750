/**
 * The two roots: the workspace (text that a team commits) and the state directory (this user's own, mode 0700).
 *
 * `MERCURY_WORKSPACE` and `MERCURY_STATE` win over the defaults; what is given on a command line wins over both.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, sep } from 'node:path';

const folderName = 'mercury-workbench';

export function defaultWorkspaceDir(): string {
  return process.env.MERCURY_WORKSPACE ?? join(homedir(), folderName);
}

export function defaultStateDir(): string {
  return process.env.MERCURY_STATE ?? join(stateRoot(), folderName);
}

/** Where things lie that can be made again at any time: copied binaries, the search cache. */
export function defaultCacheDir(): string {
  if (process.env.MERCURY_CACHE !== undefined) return process.env.MERCURY_CACHE;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', folderName);
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA ?? homedir(), folderName, 'cache');
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), folderName);
}

/** A folder that ships with the program: `config`, `ml-models`, `dist/renderer`. */
export function shippedDir(name: string): string {
  return outsideArchive(join(programDir(), name));
}

/**
 * Where a file of the packed program lies for those who can't look into its archive: native code, other programs, copies
 * of whole folders. What is asked for must be among the files that packing leaves outside (`electron-builder.yml`).
 */
export function outsideArchive(path: string): string {
  return path.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`);
}

/** The DuckDB database that belongs to a state directory; one process owns it. */
export function workspaceDatabase(stateDir: string): string {
  return join(stateDir, 'workspace.duckdb');
}

/** The data of a state directory's sandbox; one owner at a time. */
export function sandboxDir(stateDir: string): string {
  return join(stateDir, 'sandbox');
}

/** Where every program adds what it changed. */
export function journalFile(stateDir: string): string {
  return join(stateDir, 'journal.jsonl');
}

/** Where it is kept what was redriven or dropped, by whichever program. */
export function letterLedgerFile(stateDir: string): string {
  return join(stateDir, 'dead-letters.jsonl');
}

/** The nearest folder above this file that has a `package.json`: the same for the source, the bundle and the packed app. */
function programDir(): string {
  let dir = import.meta.dirname;
  while (!existsSync(join(dir, 'package.json')) && dirname(dir) !== dir) dir = dirname(dir);
  return dir;
}

function stateRoot(): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  if (process.platform === 'win32') return process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  return process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state');
}
