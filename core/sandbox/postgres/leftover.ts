/**
 * A server that outlived its owner's bookkeeping: found by its `postmaster.pid`, known as ours, stopped.
 *
 * The guard (guard.ts) ends the server with its owner, so this is for a guard that was killed too, and for Windows.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, processStartTime } from '#core/process/start-time.ts';

export interface PostmasterFile {
  readonly pid: number;
  readonly startedAtMs: number;
  /** `starting`, `ready`, `stopping` or empty while the file is being written. */
  readonly status: string;
}

/** The server writes its lines one after the other: later ones may still be missing. */
export function readPostmasterFile(clusterDir: string): PostmasterFile | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, startedAtMs: Number(lines[2] ?? 0) * 1000, status: (lines[7] ?? '').trim() };
}

/** The pid of the server that runs on this cluster now, whoever started it. */
export function findPostmaster(clusterDir: string): number | undefined {
  const file = readPostmasterFile(clusterDir);
  return file !== undefined && isPostmasterOf(clusterDir, file) ? file.pid : undefined;
}

/**
 * Linux tells the working folder of a process, which a postmaster has in its cluster: unlike a start time in seconds it
 * stays right when the clock is set. Elsewhere the start time must do.
 */
function isPostmasterOf(clusterDir: string, file: PostmasterFile): boolean {
  if (!isAlive(file.pid, processStartTime(file.pid))) return false;
  if (process.platform === 'win32') {
    return execFileSync('tasklist', ['/FI', `PID eq ${file.pid}`, '/NH'], { encoding: 'utf8' }).includes(
      'postgres.exe',
    );
  }
  if (process.platform !== 'linux') {
    return Math.abs(Date.parse(processStartTime(file.pid) ?? '') - file.startedAtMs) <= 2000;
  }
  try {
    const isPostgres = readFileSync(`/proc/${file.pid}/comm`, 'utf8').trim() === 'postgres';
    return isPostgres && readlinkSync(`/proc/${file.pid}/cwd`) === realpathSync(clusterDir);
  } catch {
    return false;
  }
}

/** Ends what `stop` (fast, then immediate, then kill) needs to end; resolves when the process is gone. */
export async function stopLeftover(clusterDir: string, log: (line: string) => void): Promise<void> {
  const pid = findPostmaster(clusterDir);
  if (pid === undefined) {
    // A pid that now is somebody else's would make the server believe that another one runs here.
    // Of a pid that is gone the server itself judges whether backends of that run still live, so that file stays.
    const file = readPostmasterFile(clusterDir);
    if (file !== undefined && isAlive(file.pid, undefined)) rmSync(join(clusterDir, 'postmaster.pid'), { force: true });
    return;
  }
  log(`stopping PostgreSQL ${pid}, left over from an earlier start`);
  const startTime = processStartTime(pid);
  const steps: readonly [NodeJS.Signals, number][] = [
    ['SIGINT', 2000],
    ['SIGQUIT', 6000],
    ['SIGKILL', 2000],
  ];
  for (const [signal, waitMs] of steps) {
    if (!isAlive(pid, startTime)) return;
    process.kill(pid, signal);
    for (const end = Date.now() + waitMs; isAlive(pid, startTime) && Date.now() < end; ) await delay(20);
  }
}
