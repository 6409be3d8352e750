/**
 * The cluster on disk: made by initdb with a password and the database `mercury`, set aside when it is of another major
 * version. It is made under another name and renamed when complete, so that a kill never leaves a half one.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { PostgresBinaries } from './binaries.ts';
import { diskFull, explain, saysDiskFull } from './failure.ts';
import { serverEnvironment } from './guard.ts';
import { hasName, namelessBinaries } from './nameless.ts';
import type { Identity } from './placement.ts';
import { lastWords } from './server-log.ts';

/** The one user, a superuser, and the one database. */
export const userName = 'mercury';
export const databaseName = 'mercury';

export interface ClusterOptions {
  readonly homeDir: string;
  readonly identity: Identity | undefined;
  readonly binaries: PostgresBinaries;
  readonly password: string;
  readonly log: (line: string) => void;
}

/**
 * Written to postgresql.conf once, where the user may change them: one developer, a laptop, bulk upserts. fsync stays on.
 */
const settings: Readonly<Record<string, string>> = {
  shared_buffers: '128MB',
  max_connections: '100',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  // Nobody replicates a sandbox; a COPY into a table made in the same transaction then writes no WAL.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  log_checkpoints: 'off',
  // A killed client's statement ends within a second instead of holding its locks; needs poll flags that Windows lacks.
  ...(process.platform === 'linux' ? { client_connection_check_interval: '1s' } : {}),
};

export interface Cluster {
  readonly clusterDir: string;
  readonly isNew: boolean;
}

/** Makes the cluster if it is missing. No server may run on it. */
export async function prepareCluster(options: ClusterOptions): Promise<Cluster> {
  const clusterDir = join(options.homeDir, 'cluster');
  removeHalfMade(options.homeDir);
  setOtherMajorAside(clusterDir, options);
  const isNew = !existsSync(join(clusterDir, 'PG_VERSION'));
  if (isNew) await makeCluster(clusterDir, options);
  return { clusterDir, isNew };
}

/**
 * Brings a new cluster's files safely to disk: initdb leaves that out, so that nobody waits for it. Meant to run beside the
 * server.
 */
export async function syncCluster(clusterDir: string, options: ClusterOptions): Promise<void> {
  try {
    await run(options.binaries.initdb, ['--sync-only', clusterDir], options);
  } catch (error) {
    options.log(`syncing ${clusterDir}: ${(error as Error).message}`);
  }
}

function removeHalfMade(homeDir: string): void {
  for (const name of readdirSync(homeDir)) {
    if (!name.startsWith('.new-')) continue;
    try {
      rmSync(join(homeDir, name), { recursive: true, force: true });
    } catch {
      // An initdb whose owner was killed still writes there; the next start removes it.
    }
  }
}

function setOtherMajorAside(clusterDir: string, { homeDir, binaries, log }: ClusterOptions): void {
  if (!existsSync(join(clusterDir, 'PG_VERSION'))) return;
  const major = Number(readFileSync(join(clusterDir, 'PG_VERSION'), 'utf8'));
  if (major === binaries.majorVersion) return;
  let aside = join(homeDir, `postgres-${major}-old`);
  for (let n = 2; existsSync(aside); n++) aside = join(homeDir, `postgres-${major}-old-${n}`);
  renameSync(clusterDir, aside);
  log(`the data is PostgreSQL ${major}'s and the server is ${binaries.majorVersion}: kept in ${aside}, beginning anew`);
}

async function makeCluster(clusterDir: string, options: ClusterOptions): Promise<void> {
  const { homeDir, identity, password } = options;
  const uid = identity?.uid ?? process.getuid?.();
  const isNameless = uid !== undefined && !hasName(uid);
  const binaries = isNameless ? await namelessBinaries(options.binaries) : options.binaries;
  const newDir = join(homeDir, `.new-${randomBytes(4).toString('hex')}`);
  const passwordFile = `${newDir}-password`;
  try {
    mkdirSync(newDir, { mode: 0o700 });
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    if (identity !== undefined) for (const path of [newDir, passwordFile]) chownSync(path, identity.uid, identity.gid);
    await run(binaries.initdb, [...initdbArgs(passwordFile), newDir], options);
    await createDatabase(newDir, { ...options, binaries });
    rmSync(clusterDir, { recursive: true, force: true });
    renameSync(newDir, clusterDir);
  } finally {
    rmSync(newDir, { recursive: true, force: true });
    rmSync(passwordFile, { force: true });
  }
}

function initdbArgs(passwordFile: string): string[] {
  return [
    `--username=${userName}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Sorts as C does, by code point, and knows the case of letters beyond ASCII, on every system alike.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-sync',
    '--no-instructions',
    ...Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ];
}

/** In single-user mode, before the first start: no connection and no password needed. */
async function createDatabase(clusterDir: string, options: ClusterOptions): Promise<void> {
  // -F: nothing is worth an fsync yet. file_copy: no WAL, 30 ms against 90.
  const args = ['--single', '-F', '-c', 'exit_on_error=on', '-D', clusterDir, 'postgres'];
  await run(options.binaries.postgres, args, options, `CREATE DATABASE ${databaseName} STRATEGY file_copy;\n`);
}

/** Runs one of the server's programs to its end; throws with its own last lines. */
function run(program: string, args: readonly string[], options: ClusterOptions, input = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    const spawnOptions = { cwd: options.homeDir, env: serverEnvironment(), windowsHide: true, ...options.identity };
    const child = execFile(program, args, spawnOptions, (error, stdout, stderr) => {
      if (error === null) return resolve();
      // A program that could not even be run has said nothing itself.
      if (typeof error.code === 'string') return reject(explain(error, options.homeDir));
      reject(clusterFailed(options.homeDir, stderr || stdout || error.message, error));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

function clusterFailed(homeDir: string, messages: string, cause: unknown): WorkbenchError {
  const words = lastWords(messages);
  if (saysDiskFull(messages)) return diskFull(homeDir, words, cause);
  return new WorkbenchError('PROCESS_CRASHED', `PostgreSQL's data could not be made: ${words}`, {
    object: homeDir,
    nextStep: `Look at the message; the folder ${homeDir} must be writable and able to hold a database.`,
    cause,
  });
}
