import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { copyBinaries, findPostgresPackage } from './binaries.ts';
import { namelessBinaries } from './nameless.ts';
import { makeDataDir, removeDataDirs } from './test-servers.ts';

const source = findPostgresPackage();
const cacheDir = makeDataDir();
const version = (program: string) => execFileSync(program, ['--version'], { encoding: 'utf8' });

afterAll(removeDataDirs);

test('several processes copy at once: one complete copy stays, with its symlinks', { timeout: 60_000 }, async () => {
  const [binaries] = await Promise.all([1, 2, 3].map(() => copyBinaries(source, cacheDir)));
  expect(readdirSync(cacheDir)).toEqual([source.version]);
  expect(version(binaries?.postgres ?? '')).toContain(`(PostgreSQL) ${source.majorVersion}.`);
  const links: { target: string }[] = JSON.parse(readFileSync(join(source.nativeDir, 'pg-symlinks.json'), 'utf8'));
  for (const { target } of links) {
    const path = join(cacheDir, source.version, target.replace('native/', ''));
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
  }
});

test('a copy that a cleaner of temporary files has damaged is made again', { timeout: 60_000 }, async () => {
  const before = await copyBinaries(source, cacheDir);
  rmSync(before.initdb);
  const after = await copyBinaries(source, cacheDir);
  expect(version(after.initdb)).toContain('PostgreSQL');
});

test.skipIf(process.platform !== 'linux')(
  'programs for a uid without a name run from a folder of their own',
  async () => {
    const binaries = await copyBinaries(source, cacheDir);
    const nameless = await namelessBinaries(binaries);
    expect(nameless.initdb).not.toBe(binaries.initdb);
    expect(version(nameless.postgres)).toBe(version(binaries.postgres));
  },
);
