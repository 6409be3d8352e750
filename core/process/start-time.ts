/**
 * When a process started, as the system tells it: with the pid it names one process for ever, since pids are used again.
 */
import { execFileSync } from 'node:child_process';
import { readProcStat } from './proc-stat.ts';

/** An opaque text equal for the same process only; undefined when there is none (or, on Windows, always). */
export function processStartTime(pid: number): string | undefined {
  if (process.platform === 'linux') return linuxStartTime(pid);
  if (process.platform === 'win32') return undefined;
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Whether the process `pid` that started at `startTime` still lives. */
export function isAlive(pid: number, startTime: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return startTime === undefined || processStartTime(pid) === startTime;
}

function linuxStartTime(pid: number): string | undefined {
  try {
    const { state, startTime } = readProcStat(pid);
    return state === 'Z' ? undefined : startTime;
  } catch {
    return undefined;
  }
}
