/** What an error of the file system means to somebody who writes rows. */
import { WorkbenchError } from '#core/contract/errors.ts';

export function asSinkError(error: unknown, directory: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof WorkbenchError || code === undefined) return error;
  const options = { object: directory, cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const nextStep = 'Free some space; it is tried again by itself.';
    return new WorkbenchError('DISK_FULL', `There is no space left for ${directory}.`, {
      ...options,
      nextStep,
      retryable: true,
    });
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR'].includes(code)) {
    const nextStep = 'Name a directory that this user may write to.';
    return new WorkbenchError('PREFLIGHT_FAILED', `${directory} can’t be written to: ${message}`, {
      ...options,
      nextStep,
    });
  }
  return new WorkbenchError('SINK_UNREACHABLE', `Writing to ${directory} failed: ${message}`, {
    ...options,
    retryable: true,
  });
}
