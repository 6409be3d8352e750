/** The main process as one of the processes on screen. */
import type { ProcessStatus } from '#core/contract/live.ts';

export function mainProcess(): ProcessStatus {
  return {
    name: 'main',
    pid: process.pid,
    state: 'running',
    startedAt: performance.timeOrigin,
    restarts: 0,
    lastCrash: null,
    residentBytes: process.memoryUsage.rss(),
  };
}
