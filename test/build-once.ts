/** What tests need built, built once for each state of its sources, whoever asks: `dist/<name>-<hash>`. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
/** Another run may still use an older one. */
const keptForMs = 3_600_000;

export interface OnceBuilt {
  readonly name: string;
  /** Patterns below the root: the files that decide what is built. */
  readonly sources: readonly string[];
  /** What decides it beside the files. */
  readonly key?: string;
  /** Fills an empty folder. */
  build(folder: string): Promise<unknown>;
}

export async function buildOnce({ name, sources, key = '', build }: OnceBuilt): Promise<string> {
  const folder = join(dist, `${name}-${hashOf(sources, key)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(dist, { recursive: true });
  removeOld(name);
  // Elsewhere first: a folder of this name is complete, whoever made it.
  const partial = mkdtempSync(join(dist, `.building-${name}-`));
  await build(partial);
  try {
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function hashOf(sources: readonly string[], key: string): string {
  const hash = createHash('sha256').update(key);
  for (const file of globSync(['package-lock.json', ...sources], { cwd: root }).sort()) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Another process may be removing the same. */
function removeOld(name: string): void {
  for (const entry of readdirSync(dist)) {
    const path = join(dist, entry);
    const changedAt = entry.startsWith(`${name}-`) ? statSync(path, { throwIfNoEntry: false })?.mtimeMs : undefined;
    if (changedAt !== undefined && changedAt < Date.now() - keptForMs) rmSync(path, { recursive: true, force: true });
  }
}
