/** One run of the server: from the fork until it accepts connections, and its orderly end. */
import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresBinaries } from './binaries.ts';
import { saysDiskFull } from './failure.ts';
import { spawnGuarded } from './guard.ts';
import { readPostmasterFile } from './leftover.ts';
import type { Identity } from './placement.ts';
import { lastWords, type ServerLog } from './server-log.ts';

export interface ServerOptions {
  readonly binaries: PostgresBinaries;
  readonly clusterDir: string;
  readonly homeDir: string;
  readonly identity: Identity | undefined;
  readonly host: string;
  readonly port: number;
  readonly serverLog: ServerLog;
}

export interface RunningServer {
  readonly pid: number;
  /** Resolves with the reason in words when the server ends, asked or not. */
  readonly exited: Promise<string>;
  close(): Promise<void>;
}

/** Why a start failed, for those who can do something about it: `busy` passes by itself. */
export class StartFailure extends Error {
  readonly kind: 'port-taken' | 'busy' | 'disk-full' | 'aborted' | 'other';

  /** Takes all that the server wrote; the message is what matters of it. */
  constructor(messages: string) {
    const kind = classify(messages);
    super(kind === 'port-taken' ? 'its port is taken by another program' : lastWords(messages));
    this.kind = kind;
  }
}

function classify(messages: string): StartFailure['kind'] {
  if (/could not bind|could not create any TCP/.test(messages)) return 'port-taken';
  // Backends of a killed server still hold its memory, or that server is about to end.
  if (/pre-existing shared memory block|lock file .* already exists/.test(messages)) return 'busy';
  if (saysDiskFull(messages)) return 'disk-full';
  return messages === 'aborted' ? 'aborted' : 'other';
}

/**
 * Resolves when the server accepts connections. There is no time limit: recovery after a crash takes what it takes; `signal`
 * ends the wait and the server. Rejects with a `StartFailure` that carries the server's own last lines.
 */
export async function startServer(options: ServerOptions, signal: AbortSignal): Promise<RunningServer> {
  options.serverLog.mark();
  const server = spawnGuarded({
    program: options.binaries.postgres,
    args: serverArgs(options),
    workingDir: options.homeDir,
    identity: options.identity,
    logFd: options.serverLog.fd,
  });
  let ended: string | undefined;
  const exited = server.exited.then((reason) => {
    ended = reason;
    return reason;
  });
  const pid = await server.pid;
  while (ended === undefined && pid !== undefined) {
    const file = readPostmasterFile(options.clusterDir);
    if (file?.pid === pid && file.status === 'ready') {
      return { pid, exited, close: () => stopServer(pid, exited, options.binaries) };
    }
    if (signal.aborted) {
      await stopServer(pid, exited, options.binaries);
      throw new StartFailure('aborted');
    }
    // The server announces itself in this file only; pg_ctl polls it the same way.
    await delay(10);
  }
  throw new StartFailure(options.serverLog.tail() || (await exited));
}

/** Only what the workbench must own is set here: it overrides what the user wrote in postgresql.conf. */
function serverArgs({ clusterDir, host, port }: ServerOptions): string[] {
  const owned = {
    listen_addresses: host,
    port: String(port),
    unix_socket_directories: '',
    log_destination: 'stderr',
    logging_collector: 'off',
    log_line_prefix: '%m [%p] ',
    lc_messages: 'C',
    cluster_name: 'mercury-workbench',
  };
  return ['-D', clusterDir, ...Object.entries(owned).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** Fast stop first; a server that can't finish its checkpoint in time is made to recover at its next start instead. */
async function stopServer(pid: number, exited: Promise<string>, binaries: PostgresBinaries): Promise<void> {
  const steps = [
    ['INT', 10_000],
    ['QUIT', 6_000],
    ['KILL', 5_000],
  ] as const;
  for (const [signal, waitMs] of steps) {
    sendSignal(pid, signal, binaries);
    const timer = new AbortController();
    const timeout = delay(waitMs, 'timeout', { signal: timer.signal }).catch(() => 'cleared');
    const result = await Promise.race([exited.then(() => 'exited'), timeout]);
    timer.abort();
    if (result === 'exited') return;
  }
}

function sendSignal(pid: number, signal: 'INT' | 'QUIT' | 'KILL', binaries: PostgresBinaries): void {
  if (process.platform === 'win32') {
    // Windows has no signals; the server listens on a pipe that pg_ctl knows.
    execFile(binaries.pgCtl, ['kill', signal, String(pid)], { windowsHide: true }, () => undefined);
    return;
  }
  try {
    process.kill(pid, `SIG${signal}`);
  } catch {
    // It is gone already: `exited` tells.
  }
}
