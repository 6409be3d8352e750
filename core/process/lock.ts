/**
 * One owner for a folder: a lock file that names the process holding it. A lock left by a process that is gone is taken
 * over, so a kill never needs cleaning up by hand.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { WorkbenchError } from '#core/contract/errors.ts';
import { isAlive, processStartTime } from './start-time.ts';

const ownerSchema = z.object({ pid: z.int(), startTime: z.string().optional() });

export interface FolderLock {
  release(): void;
}

/** Throws `DATA_IN_USE` naming the holder's pid. The folder must exist. */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, 'lock.json');
  const mine = JSON.stringify({ pid: process.pid, startTime: processStartTime(process.pid) });
  for (;;) {
    try {
      writeFileSync(path, mine, { flag: 'wx', mode: 0o600 });
      return { release: () => rmSync(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = readOwner(path);
    if (owner !== undefined && isAlive(owner.pid, owner.startTime)) throw inUse(folder, owner.pid);
    rmSync(path, { force: true });
  }
}

function readOwner(path: string): z.infer<typeof ownerSchema> | undefined {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function inUse(folder: string, pid: number): WorkbenchError {
  return new WorkbenchError('DATA_IN_USE', `the data in ${folder} is in use by process ${pid}`, {
    object: folder,
    nextStep: `Stop process ${pid}, or choose another folder with --data.`,
  });
}
