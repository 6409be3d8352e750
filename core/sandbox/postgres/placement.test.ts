import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { canReach, placeServer, sweepHomes } from './placement.ts';
import { readRecord, writeRecord } from './record.ts';
import { isRoot, makeDataDir, removeDataDirs } from './test-servers.ts';

const nobody = { uid: 65534, gid: 65534 };

/** A server folder with a record, as `openPostgres` makes it. */
function makeServerDir(mode: number): string {
  const serverDir = join(makeDataDir(mode), 'postgres');
  mkdirSync(serverDir, { mode: 0o711 });
  chmodSync(serverDir, 0o711);
  writeRecord(serverDir, readRecord(serverDir));
  return serverDir;
}

const ignore = () => undefined;

afterAll(removeDataDirs);

test.skipIf(!isRoot)('a folder is reached only if every folder above it lets pass', () => {
  const dir = makeDataDir(0o755);
  mkdirSync(join(dir, 'a', 'b'), { recursive: true });
  expect(canReach(join(dir, 'a', 'b'), nobody)).toBe(true);
  chmodSync(join(dir, 'a'), 0o750);
  expect(canReach(join(dir, 'a', 'b'), nobody)).toBe(false);
  expect(canReach(join(dir, 'a', 'b'), { uid: 65534, gid: 0 })).toBe(true);
});

test.skipIf(!isRoot)('root: in place where the other uid may pass, else in a home that the record names', () => {
  const systemDir = makeDataDir(0o755);
  const cacheDir = makeDataDir(0o755);
  const open = makeServerDir(0o755);
  expect(placeServer({ serverDir: open, cacheDir, systemDir })).toEqual({
    identity: nobody,
    homeDir: open,
    binariesDir: cacheDir,
  });
  const hidden = makeServerDir(0o700);
  const placement = placeServer({ serverDir: hidden, cacheDir: makeDataDir(0o700), systemDir });
  expect(placement.homeDir).toBe(join(systemDir, 'postgres', readRecord(hidden).home ?? 'none'));
  expect(placement.binariesDir).toBe(join(systemDir, 'bin'));
  expect(placeServer({ serverDir: hidden, cacheDir, systemDir }).homeDir).toBe(placement.homeDir);
});

test.skipIf(!isRoot)('a home is swept when its data directory is gone, not when a disk is only missing', async () => {
  const systemDir = makeDataDir(0o755);
  const place = (serverDir: string) => placeServer({ serverDir, cacheDir: systemDir, systemDir }).homeDir;
  const [kept, gone, unmounted] = [makeServerDir(0o700), makeServerDir(0o700), makeServerDir(0o700)];
  const homes = [place(kept), place(gone), place(unmounted)];
  for (const dir of [gone, unmounted]) rmSync(dir, { recursive: true });
  writeFileSync(join(homes[2] ?? '', 'owner.json'), JSON.stringify({ serverDir: unmounted, device: -1 }));
  await sweepHomes(ignore, systemDir);
  expect(homes.map((home) => existsSync(home))).toEqual([true, false, true]);
});
