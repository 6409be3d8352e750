/** A server on a disk that is really full. */
import { statfsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fillDisk, mountSmallDisk } from '#core/workspace/test-small-disk.ts';
import { openPostgres } from './postgres.ts';
import { cacheDir, query } from './test-servers.ts';

const small = mountSmallDisk(80);
const larger = mountSmallDisk(100);

test('a first start on a full disk says so, leaves nothing behind, and works once there is space', {
  timeout: 60_000,
}, async ({ skip }) => {
  const dataDir = larger ?? skip('lacks root');
  const makeRoom = fillDisk(dataDir, 20 * 1024 * 1024);
  const free = () => statfsSync(dataDir).bavail;
  const before = free();
  await expect(openPostgres({ dataDir, cacheDir })).rejects.toMatchObject({
    code: 'DISK_FULL',
    message: expect.stringContaining('no space left'),
  });
  expect(before - free()).toBeLessThan(4);
  makeRoom();
  await (await openPostgres({ dataDir, cacheDir })).close();
});

test('a disk that fills up while the server runs: it goes on or comes back, and keeps what was committed', {
  timeout: 60_000,
}, async ({ skip }) => {
  const dataDir = small ?? skip('lacks root');
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
