/**
 * The server as a child that can't outlive us: a shell of a few lines stands between and holds a pipe from us. When the
 * pipe ends, because we closed it or died by any means, the shell stops the server.
 *
 * A shell and not a Node: it lives as long as the server does, and costs 1 MB. On Windows there is none: there the server is
 * our direct child, outlives a killed owner, and is reaped by the next start (leftover.ts).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Identity } from './placement.ts';

export interface GuardedServer {
  /** Resolves once the server was forked; undefined when it could not be. */
  readonly pid: Promise<number | undefined>;
  /** Resolves when the server has ended, with the reason in words; never rejects. */
  readonly exited: Promise<string>;
}

export interface GuardOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly workingDir: string;
  readonly identity: Identity | undefined;
  /** An open file that takes the server's messages. */
  readonly logFd: number;
}

/**
 * Prints the server's pid, then ends as the server ends. The read is in a process of its own, so that the server is
 * stopped even if the shell itself was killed. SIGINT is the fast stop (disconnects clients, writes a checkpoint), SIGQUIT
 * the immediate one (the next start recovers). A background job of a shell starts with both ignored; the server installs
 * handlers of its own.
 */
const guardScript = `
"$@" 3<&- >&2 &
server=$!
echo "$server"
exec >&-
{
  read -r _ <&3
  kill -INT "$server"
  n=0
  while [ $n -lt 10 ] && kill -0 "$server"; do sleep 0.1; n=$((n + 1)); done
  kill -QUIT "$server"
} 2>/dev/null &
watcher=$!
exec 3<&-
wait "$server"
code=$?
kill "$watcher" 2>/dev/null
wait "$watcher" 2>/dev/null
exit "$code"
`;

export function spawnGuarded(options: GuardOptions): GuardedServer {
  const hasGuard = process.platform !== 'win32';
  const [command, args] = hasGuard
    ? ['/bin/sh', ['-c', guardScript, 'mercury-postgres-guard', options.program, ...options.args]]
    : [options.program, options.args];
  const child = spawn(command, args, {
    // A process group of its own: Ctrl-C in a terminal is for the owner, which then stops the server in its order.
    detached: hasGuard,
    windowsHide: true,
    cwd: options.workingDir,
    env: serverEnvironment(),
    stdio: ['ignore', hasGuard ? 'pipe' : options.logFd, options.logFd, hasGuard ? 'pipe' : 'ignore'],
    ...options.identity,
  });
  const exited = exitReason(child);
  return { pid: hasGuard ? firstLine(child, exited) : Promise.resolve(child.pid), exited };
}

function exitReason(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      // If only the shell was killed, this tells the watcher to stop the server.
      const pipe = child.stdio[3];
      if (pipe && 'destroy' in pipe) pipe.destroy();
      if (signal !== null) resolve(`ended by ${signal}`);
      else if (code !== null && code > 128) resolve(`ended by signal ${code - 128}`);
      else resolve(`ended with code ${code}`);
    });
  });
}

async function firstLine(child: ChildProcess, exited: Promise<string>): Promise<number | undefined> {
  const line = new Promise<string>((resolve) => child.stdout?.once('data', (data: Buffer) => resolve(data.toString())));
  const pid = Number(await Promise.race([line, exited]));
  return Number.isInteger(pid) ? pid : undefined;
}

/** Nothing of ours is passed on: PG* variables would change the server, and secrets are none of its business. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, TZ, SystemRoot, TEMP } = process.env;
  const kept = Object.entries({ PATH, TZ, SystemRoot, TEMP }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
