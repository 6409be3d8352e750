/**
 * The server's own messages: a file of bounded size that the server appends to. A file and not a pipe to us: the server
 * would block on a full pipe while we are busy.
 */
import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { giveToOwnerOf } from './record.ts';

const keepBytes = 4 * 1024 * 1024;
const limitBytes = 16 * 1024 * 1024;
const checkEveryMs = 30_000;

export interface ServerLog {
  readonly path: string;
  readonly fd: number;
  /** What was written since the last `mark`, at most its last 8 kB. */
  tail(): string;
  mark(): void;
  close(): void;
}

export function openServerLog(serverDir: string): ServerLog {
  const path = join(serverDir, 'server.log');
  if (existsSync(path) && statSync(path).size > keepBytes) renameSync(path, `${path}.1`);
  // Opened for appending: after the cut the server goes on at the new end.
  const fd = openSync(path, 'a+', 0o600);
  giveToOwnerOf(serverDir, path);
  const timer = setInterval(() => cutIfLarge(fd), checkEveryMs);
  timer.unref();
  let start = fstatSync(fd).size;
  return {
    path,
    fd,
    tail: () => readTail(fd, start),
    mark: () => {
      start = fstatSync(fd).size;
    },
    close: () => {
      clearInterval(timer);
      closeSync(fd);
    },
  };
}

function cutIfLarge(fd: number): void {
  if (fstatSync(fd).size > limitBytes) ftruncateSync(fd, 0);
}

function readTail(fd: number, start: number): string {
  const { size } = fstatSync(fd);
  const from = Math.max(Math.min(start, size), size - 8192);
  const bytes = Buffer.alloc(size - from);
  readSync(fd, bytes, 0, bytes.length, from);
  return bytes.toString('utf8');
}

/** The lines that say what went wrong, the gravest kind only, without time and pid, for the message of an error. */
export function lastWords(messages: string, count = 3): string {
  const lines = messages.split('\n').filter((line) => line.trim() !== '');
  const kinds = [/\b(PANIC|FATAL): /, /\b(ERROR|error|fatal): /, /could not /, /./];
  const grave = kinds.map((kind) => lines.filter((line) => kind.test(line))).find((found) => found.length > 0) ?? [];
  return grave
    .slice(-count)
    .map((line) => line.replace(/^\d{4}-.*?\[\d+\] /, '').trim())
    .join('; ');
}
