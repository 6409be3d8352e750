/** The open workspace: its folders exist, the example was copied at the first start, its files can be listed and read. */
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { WorkbenchError } from '#core/contract/errors.ts';
import { shippedDir } from './paths.ts';

export interface Workspace {
  readonly dir: string;
  readonly stateDir: string;
  /** File names of `pipelines/`, sorted; read at each call. */
  pipelineFiles(): readonly string[];
  /** The text of a file, by its path below the workspace. */
  read(path: string): string;
  /** Calls `listener` when a file of the workspace changed, by whatever program. */
  onChange(listener: () => void): void;
  close(): void;
}

/** Makes both folders where they are missing and copies `config/` into a workspace that has no pipelines folder yet. */
export function openWorkspace(dir: string, stateDir: string): Workspace {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  chmodSync(stateDir, 0o700);
  const pipelines = join(dir, 'pipelines');
  if (!existsSync(pipelines)) cpSync(shippedDir('config'), dir, { recursive: true });
  mkdirSync(pipelines, { recursive: true });
  const listeners: Array<() => void> = [];
  const watcher = watch(pipelines, { persistent: false }, () => {
    for (const listener of listeners) listener();
  });
  // Windows says so when the folder is taken away; its files then are missing, which each reader tells.
  watcher.on('error', () => {});
  return {
    dir,
    stateDir,
    pipelineFiles: () =>
      readdirSync(pipelines)
        .filter((name) => /\.ya?ml$/.test(name))
        .sort()
        .map((name) => join('pipelines', name)),
    read: (path) => readBelow(dir, path),
    onChange: (listener) => listeners.push(listener),
    close: () => watcher.close(),
  };
}

function readBelow(dir: string, path: string): string {
  try {
    return readFileSync(join(dir, path), 'utf8');
  } catch (cause) {
    throw new WorkbenchError('NOT_FOUND', `${path} is not in the workspace ${dir}`, { object: path, cause });
  }
}
