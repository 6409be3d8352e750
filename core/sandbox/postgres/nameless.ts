/**
 * A uid without a name: `docker run -u 1234`, or no `nobody` in a small image. initdb refuses it ("could not look up effective
 * user ID"), though it has no use for the name; the server itself does not ask.
 *
 * So for such a uid the two programs that make a cluster are copied with the import `getpwuid` renamed to `getpwent`, which
 * returns the first user there is. Tried instead: a user namespace (`unshare`), which a container's default rules forbid.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PostgresBinaries } from './binaries.ts';

/** Only of Linux: elsewhere names are not in this file, and every user has one. */
export function hasName(uid: number): boolean {
  if (process.platform !== 'linux') return true;
  try {
    const users = readFileSync('/etc/passwd', 'utf8').split('\n');
    return users.some((line) => line.split(':')[2] === String(uid));
  } catch {
    return false;
  }
}

/**
 * The programs to make a cluster with, in an installation of their own that shares all else: the server finds its files from
 * `bin` beside `lib` and `share`.
 */
export async function namelessBinaries(binaries: PostgresBinaries): Promise<PostgresBinaries> {
  const root = dirname(dirname(binaries.initdb));
  const target = join(root, 'nameless');
  const program = (path: string) => join(target, 'bin', basename(path));
  const nameless = { ...binaries, initdb: program(binaries.initdb), postgres: program(binaries.postgres) };
  if (existsSync(nameless.initdb)) return nameless;
  const partial = join(root, `.partial-${randomBytes(4).toString('hex')}`);
  await makePassable(join(partial, 'bin'));
  for (const folder of ['lib', 'share']) await symlink(join('..', folder), join(partial, folder));
  for (const path of [binaries.initdb, binaries.postgres]) {
    const copy = join(partial, 'bin', basename(path));
    await writeFile(copy, withoutNameLookup(await readFile(path)));
    await chmod(copy, 0o755);
  }
  await rename(partial, target).catch(async (error: Error) => {
    // Another process was first.
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(nameless.initdb)) throw error;
  });
  return nameless;
}

async function makePassable(binDir: string): Promise<void> {
  await mkdir(binDir, { recursive: true });
  for (const folder of [dirname(binDir), binDir]) await chmod(folder, 0o755);
}

/** Both names are eight bytes and have the same symbol version, and an import's hash is not stored. */
function withoutNameLookup(program: Buffer): Buffer {
  const at = program.indexOf('\0getpwuid\0');
  if (at >= 0) program.write('getpwent', at + 1, 'latin1');
  return program;
}
