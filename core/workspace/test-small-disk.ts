/** For tests of a disk that is really full: a file system of a few megabytes. To mount one takes root; who lacks that is told. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Called outside of tests. Its folder, which is gone after them; undefined where this user may not mount. */
export function mountSmallDisk(sizeMb: number): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'mercury-small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m,mode=755`, 'tmpfs', dir], { stdio: 'ignore' });
  } catch {
    rmdirSync(dir);
    return undefined;
  }
  afterAll(() => {
    execFileSync('umount', ['-l', dir]);
    rmdirSync(dir);
  });
  return dir;
}

/** Takes all of its space but `leftBytes`; answers what gives it back. */
export function fillDisk(dir: string, leftBytes = 0): () => void {
  const { bavail, bsize } = statfsSync(dir);
  const ballast = join(dir, 'ballast');
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - leftBytes));
  return () => rmSync(ballast);
}
