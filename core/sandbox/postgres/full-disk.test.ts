/** A disk that is really full: a small file system of its own. Needs root with the right to mount; says so when it lacks that. */
import { execFileSync } from 'node:child_process';
import { statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cacheDir, makeDataDir, query, removeDataDirs } from './fixtures/bench.ts';
import { openPostgres } from './postgres.ts';

const mounted: string[] = [];

function mountSmall(sizeMb: number): string | undefined {
  const dir = makeDataDir();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m,mode=755`, 'tmpfs', dir], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  mounted.push(dir);
  return dir;
}

afterAll(() => {
  for (const dir of mounted) execFileSync('umount', [dir]);
  removeDataDirs();
});

test('a first start on a full disk says so, leaves nothing behind, and works once there is space', {
  timeout: 60_000,
}, async ({ skip }) => {
  const dataDir = mountSmall(100) ?? skip('lacks the right to mount a file system');
  writeFileSync(join(dataDir, 'filler'), Buffer.alloc(80 * 1024 * 1024));
  const free = () => statfsSync(dataDir).bavail;
  const before = free();
  await expect(openPostgres({ dataDir, cacheDir })).rejects.toMatchObject({
    code: 'DISK_FULL',
    message: expect.stringContaining('no space left'),
  });
  expect(before - free()).toBeLessThan(4);
  writeFileSync(join(dataDir, 'filler'), '');
  await (await openPostgres({ dataDir, cacheDir })).close();
});

test('a disk that fills up while the server runs: it goes on or comes back, and keeps what was committed', {
  timeout: 60_000,
}, async ({ skip }) => {
  const dataDir = mountSmall(80) ?? skip('lacks the right to mount a file system');
  const server = await openPostgres({ dataDir, cacheDir });
  try {
    await query(server.url, 'CREATE TABLE t AS SELECT 1 AS n');
    const filling = query(server.url, `CREATE TABLE big AS SELECT repeat('x', 1000) FROM generate_series(1, 100000)`);
    await expect(filling).rejects.toThrow();
    await expect
      .poll(() => query(server.url, 'SELECT n FROM t').catch(String), { timeout: 30_000 })
      .toEqual([{ n: 1 }]);
  } finally {
    await server.close();
  }
});
