/**
 * The sandbox's PostgreSQL: a real server on the user's machine, made at the first start, kept between starts, gone with its
 * owner.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { WorkbenchError } from '#core/contract/errors.ts';
import { lockFolder } from '#core/process/lock.ts';
import { copyBinaries, findPostgresPackage } from './binaries.ts';
import { databaseName, diskFull, prepareCluster, syncCluster, userName } from './cluster.ts';
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
  mkdirSync(serverDir, { recursive: true });
  // Root's server runs as another uid and must pass, but not list, this folder.
  chmodSync(serverDir, process.getuid?.() === 0 ? 0o711 : 0o700);
  const lock = lockFolder(serverDir);
  const serverLog = openServerLog(serverDir);
  const release = () => {
    serverLog.close();
    lock.release();
  };
  try {
    return await openLocked(options, serverDir, serverLog, release);
  } catch (error) {
    release();
    throw error;
  }
}

async function openLocked(
  options: PostgresOptions,
  serverDir: string,
  serverLog: ServerOptions['serverLog'],
  release: () => void,
): Promise<SandboxPostgres> {
  const { host = '127.0.0.1', log = () => undefined, onStateChange = () => undefined } = options;
  onStateChange('starting');
  const record = readRecord(serverDir);
  writeRecord(serverDir, record);
  const { identity, homeDir, binariesDir } = placeServer({ serverDir, cacheDir: options.cacheDir });
  const binaries = await copyBinaries(findPostgresPackage(), binariesDir);
  await stopLeftover(join(homeDir, 'cluster'), log);
  const clusterOptions = { homeDir, identity, binaries, password: record.password, log };
  const { clusterDir, isNew } = await prepareCluster(clusterOptions);
  const base = { binaries, clusterDir, homeDir, identity, host, serverLog };
  const { server: first, port } = await startFirst(base, options.port, record.port);
  writeRecord(serverDir, { ...readRecord(serverDir), port });
  const server = superviseServer({
    first,
    start: async (signal) => {
      await stopLeftover(clusterDir, log);
      return startServer({ ...base, port }, signal);
    },
    onStateChange,
  });
  onStateChange('running');
  const tidying = Promise.all([sweepHomes(log), isNew ? syncCluster(clusterDir, clusterOptions) : undefined]);
  const close = async () => {
    await Promise.all([server.close(), tidying]);
    release();
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

/** Waits out what passes by itself, and takes another port when one that nobody asked for was taken in between. */
async function startFirst(
  base: Omit<ServerOptions, 'port'>,
  asked: number | undefined,
  last: number | undefined,
): Promise<{ server: RunningServer; port: number }> {
  let port = await choosePort(base.host, asked, last);
  for (const end = Date.now() + busyPatienceMs; ; ) {
    try {
      return { port, server: await startServer({ ...base, port }, new AbortController().signal) };
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
