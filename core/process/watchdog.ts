/**
 * Ends this process when its parent is gone, even while the main thread sits in a native call: the check runs in a
 * thread of its own.
 *
 * The code is a string because the packed app has no file to start a worker from. Windows keeps a dead parent's id, so
 * there the parent is asked for by a signal 0; so is a parent that is not the direct one.
 */
import { Worker } from 'node:worker_threads';

const intervalMs = 500;

const code = `
  const { parentPid, firstParentPid, intervalMs } = require('node:worker_threads').workerData;
  const isGone = () => {
    if (process.platform !== 'win32' && process.ppid !== firstParentPid) return true;
    try { process.kill(parentPid, 0); return false; } catch (error) { return error.code === 'ESRCH'; }
  };
  setInterval(() => { if (isGone()) process.kill(process.pid, 'SIGKILL'); }, intervalMs);
`;

/**
 * Starts the thread; it never keeps the process alive by itself. `parentPid` is given where the process that matters is not
 * the direct parent: on Linux a utility process is a child of Chromium's zygote.
 */
export function startWatchdog(parentPid: number = process.ppid): void {
  const thread = new Worker(code, {
    eval: true,
    workerData: { parentPid, firstParentPid: process.ppid, intervalMs },
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
  });
  thread.unref();
}
