/**
 * Work in the background: while all processors are taken, the window, the browser and the main process have theirs first.
 * Nothing is lost by it while a processor is free (bench/smoothness.ts, bench/flights-to-postgres.ts).
 */
import { writeFile } from 'node:fs/promises';
import { constants, getPriority, setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { readProcStat } from './proc-stat.ts';

const priority = constants.priority.PRIORITY_BELOW_NORMAL;

/** Linux lets users change a session's priority once in 100 ms, all of them together. */
const attempts = 20;
const retryDelayMs = 150;

/** Called by a child process for itself, before its first thread is started: those after it inherit. */
export function workInBackground(): void {
  try {
    // Higher again than a parent that was itself started low would be refused.
    if (getPriority() < priority) setPriority(priority);
    if (process.platform === 'linux' && readProcStat(process.pid).session === process.pid) void lowerSession();
  } catch {
    // A system that allows no such thing: the work is done all the same.
  }
}

/**
 * Linux shares its processors between sessions first (autogroup) and by priority only within one: a browser waits as long
 * for its turn as for any other session. A session that is not ours alone, such as a terminal's, is left as it is.
 */
async function lowerSession(): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const error = await writeFile('/proc/self/autogroup', String(priority)).catch(
      (thrown: NodeJS.ErrnoException) => thrown,
    );
    if (error?.code !== 'EAGAIN') return;
    await delay(retryDelayMs * Math.random(), undefined, { ref: false });
  }
}
