/**
 * One owner for a folder: a lock file that names the process holding it. A lock left by a process that is gone is taken
 * over, so a kill never needs cleaning up by hand.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { WorkbenchError } from '#core/contract/errors.ts';
import { isAlive, processStartTime } from './start-time.ts';

const ownerSchema = z.object({ pid: z.int(), startTime: z.string().optional() });

export interface FolderLock {
  release(): void;
}

/** Throws `DATA_IN_USE` naming the holder's pid and, as the way out, `another` place. The folder must exist. */
export function lockFolder(folder: string, another = 'another folder with --data'): FolderLock {
  const path = join(folder, 'lock.json');
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, startTime: processStartTime(process.pid) }), { mode: 0o600 });
  try {
    // A link appears with its content: no other start can read a lock that is not written yet.
    while (!tryLink(mine, path)) {
      const owner = readOwner(path);
      if (owner !== undefined && isAlive(owner.pid, owner.startTime)) throw inUse(folder, owner.pid, another);
      removeStale(path);
    }
  } finally {
    rmSync(mine);
  }
  return { release: () => rmSync(path, { force: true }) };
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moved first, then looked at again: another start may have taken the lock over in between, and gets it back. */
function removeStale(path: string): void {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const owner = readOwner(aside);
  if (owner !== undefined && isAlive(owner.pid, owner.startTime)) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function readOwner(path: string): z.infer<typeof ownerSchema> | undefined {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function inUse(folder: string, pid: number, another: string): WorkbenchError {
  return new WorkbenchError('DATA_IN_USE', `the data in ${folder} is in use by process ${pid}`, {
    object: folder,
    nextStep: `Stop process ${pid}, or choose ${another}.`,
  });
}
