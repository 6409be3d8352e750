/** `Fork` for plain Node: `child_process.fork` with structured clone. `folder`: where the children lie, see `entry`. */
import { fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { entry } from './entry.ts';
import type { ChildHandle, Fork } from './port.ts';

/**
 * Children hold their data outside V8's heap and have a few threads: a small nursery and one malloc arena take a fifth of
 * their resident memory away and cost no speed (bench/footprint.ts, bench/flights-to-postgres.ts).
 */
const smallNursery = ['--max-semi-space-size=2'];
const oneArena = { MALLOC_ARENA_MAX: '1' };

/** A session of its own, whose share of the processors `workInBackground` lowers. On Windows it would open a console. */
const ownSession = process.platform === 'linux';

export function nodeFork(folder?: string): Fork {
  return (name, environment) => startChild(entry(name, folder), environment);
}

function startChild(file: string, environment?: Readonly<Record<string, string>>): ChildHandle {
  const child = fork(file, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: smallNursery,
    detached: ownSession,
    env: { ...oneArena, ...process.env, ...environment },
  });
  const errorLines = createInterface({ input: child.stderr! });
  // A child that ends while a message is on its way is reported by its exit, not by a broken pipe.
  child.on('error', () => {});
  return {
    pid: child.pid,
    send: (message) => {
      if (child.connected) child.send(message as object, () => {});
    },
    onMessage: (listener) => child.on('message', listener),
    onErrorLine: (listener) => errorLines.on('line', listener),
    onExit: (listener) => child.on('exit', (code, signal) => listener({ code, signal })),
    kill: () => child.kill('SIGKILL'),
  };
}
