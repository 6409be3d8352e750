/**
 * What the sandbox's PostgreSQL remembers between starts, in `server.json` of its folder: mode 0600, since the password is
 * in it, and replaced by rename, so that a kill leaves the old or the new one.
 */
import { randomBytes } from 'node:crypto';
import { chownSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { WorkbenchError } from '#core/contract/errors.ts';

const recordSchema = z.object({
  version: z.literal(1),
  password: z.string(),
  /** The port of the last start. */
  port: z.int().optional(),
  /** The folder of the server's files below the system's folder, when they can't lie here (see placement.ts). */
  home: z
    .string()
    .regex(/^[0-9a-f]+$/)
    .optional(),
});

export type ServerRecord = z.infer<typeof recordSchema>;

/** The stored record; a fresh one with a new password when there is none. */
export function readRecord(serverDir: string): ServerRecord {
  const path = join(serverDir, 'server.json');
  try {
    return recordSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      return { version: 1, password: randomBytes(18).toString('base64url') };
    }
    throw new WorkbenchError('WORKSPACE_INVALID', `${path} can't be read: ${(cause as Error).message}`, {
      object: path,
      nextStep: `It holds the password of the sandbox's PostgreSQL: restore it, or remove ${serverDir} to begin anew.`,
      cause,
    });
  }
}

export function writeRecord(serverDir: string, record: ServerRecord): void {
  const path = join(serverDir, 'server.json');
  writeFileSync(`${path}.new`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  giveToOwnerOf(serverDir, `${path}.new`);
  renameSync(`${path}.new`, path);
}

/** A file that root makes in a user's folder stays that user's, who may be the next to start. */
export function giveToOwnerOf(folder: string, path: string): void {
  const { uid, gid } = statSync(folder);
  if (process.getuid?.() === 0 && uid !== 0) chownSync(path, uid, gid);
}
