/**
 * The sandbox's PostgreSQL: a real server on the user's machine, made at the first start, kept between starts, gone with its
 * owner.
 */
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { WorkbenchError } from '#core/contract/errors.ts';
import { type FolderLock, lockFolder } from '#core/process/lock.ts';
import { copyBinaries, findPostgresPackage } from './binaries.ts';
import { databaseName, prepareCluster, syncCluster, userName } from './cluster.ts';
import { diskFull, explain } from './failure.ts';
import { followLog } from './follow-log.ts';
import { stopLeftover } from './leftover.ts';
import { placeServer, sweepHomes } from './placement.ts';
import { choosePort, freePort, portInUse } from './port.ts';
import { readRecord, writeRecord } from './record.ts';
import { type RunningServer, type ServerOptions, StartFailure, startServer } from './server.ts';
import { openServerLog } from './server-log.ts';
import { type PostgresState, superviseServer } from './supervise.ts';

export type { PostgresState } from './supervise.ts';

export interface PostgresOptions {
  /** The sandbox's data directory; this part uses `<dataDir>/postgres`. */
  readonly dataDir: string;
  /** Where the server's programs are copied, once per version; may be shared by several data directories. */
  readonly cacheDir: string;
  readonly host?: '127.0.0.1';
  /** 0 or absent: the port of the last start if it is free, else any. */
  readonly port?: number;
  /** What this part does beyond the usual. The server's own messages are in `<dataDir>/postgres/server.log`. */
  readonly log?: (line: string) => void;
  /** The server's own messages, as it writes them. */
  readonly onServerLine?: (line: string) => void;
  /** `failed`: several restarts failed, with the reason; tries go on every 5 s. */
  readonly onStateChange?: (state: PostgresState, reason?: string) => void;
}

export interface SandboxPostgres {
  readonly host: string;
  /** The same for the whole life, restarts included. */
  readonly port: number;
  /** The postmaster's; undefined while there is none. */
  readonly pid: number | undefined;
  readonly majorVersion: number;
  /** With the password inside: never logged, never shown. */
  readonly url: string;
  /** Ends the server in order, all clients with it; may be called again. */
  close(): Promise<void>;
}

/** How long a first start waits for what is left of a killed server to go away. */
const busyPatienceMs = 10_000;

/**
 * Resolves when the server accepts connections; from then on it is kept running until `close`. Throws a `WorkbenchError`:
 * `DATA_IN_USE`, `PORT_IN_USE`, `DISK_FULL`, `MISSING_COMPONENT` or `PROCESS_CRASHED` with the server's last lines.
 */
export async function openPostgres(options: PostgresOptions): Promise<SandboxPostgres> {
  const serverDir = join(options.dataDir, 'postgres');
  try {
    makeServerDir(serverDir);
    const lock = lockFolder(serverDir);
    try {
      return await openLocked(options, serverDir, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw explain(error, serverDir);
  }
}

/** Root's server runs as another uid, which must pass this folder but not list it. */
function makeServerDir(serverDir: string): void {
  mkdirSync(dirname(serverDir), { recursive: true });
  mkdirSync(serverDir, { recursive: true, mode: 0o700 });
  if (process.getuid?.() === 0 && statSync(serverDir).uid === 0) chmodSync(serverDir, 0o711);
}

async function openLocked(options: PostgresOptions, serverDir: string, lock: FolderLock): Promise<SandboxPostgres> {
  const { host = '127.0.0.1', log = () => undefined, onStateChange = () => undefined } = options;
  onStateChange('starting');
  const record = readRecord(serverDir);
  writeRecord(serverDir, record);
  const { identity, homeDir, binariesDir } = placeServer({ serverDir, cacheDir: options.cacheDir });
  const binaries = await copyBinaries(findPostgresPackage(), binariesDir);
  await stopLeftover(join(homeDir, 'cluster'), log);
  const clusterOptions = { homeDir, identity, binaries, password: record.password, log };
  const { clusterDir, isNew } = await prepareCluster(clusterOptions);
  const serverLog = openServerLog(serverDir);
  const follower = followLog(serverLog.path, options.onServerLine ?? (() => undefined));
  const base = { binaries, clusterDir, homeDir, identity, host, serverLog };
  const { first, port } = await startFirst(base, options.port, record.port).catch((error) => {
    follower.close();
    serverLog.close();
    throw error;
  });
  onStateChange('running');
  const server = superviseServer({
    first,
    start: async (signal) => {
      await stopLeftover(clusterDir, log);
      return startServer({ ...base, port }, signal);
    },
    onStateChange,
  });
  const tidying = Promise.all([
    rememberPort(serverDir, port, log),
    sweepHomes(log),
    isNew ? syncCluster(clusterDir, clusterOptions) : undefined,
  ]);
  const close = async () => {
    await Promise.all([server.close(), tidying]);
    follower.close();
    serverLog.close();
    lock.release();
  };
  let closed: Promise<void> | undefined;
  return {
    host,
    port,
    majorVersion: binaries.majorVersion,
    url: `postgres://${userName}:${record.password}@${host}:${port}/${databaseName}`,
    get pid() {
      return server.pid();
    },
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

/** A start that worked is not undone for this: at worst the next one has another port. */
async function rememberPort(serverDir: string, port: number, log: (line: string) => void): Promise<void> {
  try {
    writeRecord(serverDir, { ...readRecord(serverDir), port });
  } catch (error) {
    log(`the port is not remembered: ${(error as Error).message}`);
  }
}

/** Waits out what passes by itself, and takes another port when one that nobody asked for was taken in between. */
async function startFirst(
  base: Omit<ServerOptions, 'port'>,
  asked: number | undefined,
  last: number | undefined,
): Promise<{ first: RunningServer; port: number }> {
  let port = await choosePort(base.host, asked, last);
  for (const end = Date.now() + busyPatienceMs; ; ) {
    try {
      return { port, first: await startServer({ ...base, port }, new AbortController().signal) };
    } catch (error) {
      if (!(error instanceof StartFailure) || Date.now() > end) throw startFailed(error, base, port);
      if (error.kind === 'port-taken' && !asked) port = await freePort(base.host);
      else if (error.kind === 'busy') await delay(100);
      else throw startFailed(error, base, port);
    }
  }
}

function startFailed(error: unknown, { host, homeDir, serverLog }: Omit<ServerOptions, 'port'>, port: number): Error {
  if (!(error instanceof StartFailure)) return error as Error;
  if (error.kind === 'port-taken') return portInUse(host, port);
  if (error.kind === 'disk-full') return diskFull(homeDir, error.message, error);
  return new WorkbenchError('PROCESS_CRASHED', `PostgreSQL did not start: ${error.message}`, {
    object: homeDir,
    nextStep: `Its messages are in ${serverLog.path}.`,
    cause: error,
  });
}
