/** Empties a sandbox that does not run: records, schemas and tables go, its addresses and the password stay. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder } from '#core/process/lock.ts';
import { clusterFolder } from './postgres/placement.ts';

/** Throws `DATA_IN_USE` while a process owns the folder. */
export async function wipeSandbox(dataDir: string): Promise<void> {
  if (!existsSync(dataDir)) return;
  const lock = lockFolder(dataDir);
  try {
    const cluster = clusterFolder(join(dataDir, 'postgres'));
    for (const folder of [join(dataDir, 'kafka'), join(dataDir, 'registry'), cluster]) {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  } finally {
    lock.release();
  }
}
