/** What happened, in `workbench.log` of the state directory and on stderr: one line each, the file of two starts at most. */
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const longestBytes = 4 * 1024 * 1024;

export interface Log {
  readonly file: string;
  readonly write: (line: string) => void;
}

export function openLog(stateDir: string): Log {
  const file = join(stateDir, 'workbench.log');
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > longestBytes) renameSync(file, `${file}.1`);
  return {
    file,
    // Written at once: the last line before a crash is the one that matters.
    write: (line) => {
      process.stderr.write(`${line}\n`);
      try {
        appendFileSync(file, `${new Date().toISOString()} ${line}\n`, { mode: 0o600 });
      } catch {
        // The disk is full: no reason to end the program that says so.
      }
    },
  };
}
