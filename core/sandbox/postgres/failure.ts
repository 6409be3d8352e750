/** What can go wrong around the server, in words a user can act on. */
import { WorkbenchError } from '#core/contract/errors.ts';

export function diskFull(folder: string, words: string, cause?: unknown): WorkbenchError {
  return new WorkbenchError('DISK_FULL', `no space left for PostgreSQL: ${words}`, {
    object: folder,
    nextStep: 'Free some space on that disk (a new database needs about 70 MB), or choose another folder with --data.',
    retryable: true,
    cause,
  });
}

/** Whether the server's messages name a full disk, which it may do long before its last line. */
export function saysDiskFull(messages: string): boolean {
  return /No space left on device|Disk quota exceeded|wrote only \d+ of \d+|Check free disk space/.test(messages);
}

/** An error of the system (`ENOSPC`, `EACCES`…) as one for the user; others pass as they are. */
export function explain(error: unknown, folder: string): Error {
  const { code, syscall = '', dest, path = folder, message } = error as NodeJS.ErrnoException & { dest?: string };
  if (error instanceof WorkbenchError || code === undefined) return error as Error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(dest ?? path, message, error);
  const mayNotChangeUser = process.getuid?.() === 0 && /^(EPERM|EINVAL)$/.test(code) && /chown|spawn/.test(syscall);
  if (mayNotChangeUser) {
    return new WorkbenchError('UNSUPPORTED', `root may not run PostgreSQL as another user here: ${message}`, {
      object: folder,
      nextStep: 'PostgreSQL refuses to run as root: start Mercury Workbench as a plain user.',
      cause: error,
    });
  }
  return new WorkbenchError('WORKSPACE_INVALID', `PostgreSQL's files can't be used: ${message}`, {
    object: path,
    nextStep: `The folder ${folder} must be yours to write, and its disk must allow programs to run.`,
    cause: error,
  });
}
