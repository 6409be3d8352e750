/**
 * The one place that makes a DuckDB instance. A file has one instance in this process: two of them would both open and
 * silently lose tables. Another process that holds the file is `DATA_IN_USE` with its pid.
 *
 * Never read an open database file with `fs` in this process: closing such a handle drops DuckDB's lock.
 */
import { mkdirSync, realpathSync } from 'node:fs';
import { devNull } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { fromDuckDb } from './errors.ts';
import { Session } from './session.ts';

export interface DatabaseOptions {
  /** In memory when left out. */
  readonly file?: string | undefined;
  readonly threads?: number;
}

export interface Database {
  /** Absolute; undefined in memory. */
  readonly file: string | undefined;
  connect(): Promise<Session>;
  /** One after another: writers of one file would only run into each other's conflicts. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /** Gives this opening back; the instance ends with the last one. Its sessions must be closed before. May be called twice. */
  close(): void;
}

interface Shared {
  readonly instance: DuckDBInstance;
  openings: number;
  sessions: number;
  queue: Promise<unknown>;
  isClosed: boolean;
}

const openFiles = new Map<string, Promise<Shared>>();

/** Above it DuckDB moves data to files beside the database, or refuses the statement. */
const memoryLimit = '1024MB';

/**
 * What no SQL may change (`lock_configuration`): nothing is fetched from the network, so no extension is installed or loaded.
 * Local files stay readable: looking into a Parquet or CSV file is what a workbench is for.
 */
const fixedOptions = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  allow_unsigned_extensions: 'false',
  custom_extension_repository: 'none',
  // A folder that can't be made: DuckDB would put one where this program was started.
  extension_directory: devNull,
  allow_persistent_secrets: 'false',
  // The log is folded into the file less often: half the cost of a commit, at most this much to replay after a kill.
  checkpoint_threshold: '128MB',
  lock_configuration: 'true',
} as const;

export async function openDatabase(options: DatabaseOptions = {}): Promise<Database> {
  const file = options.file === undefined ? undefined : canonical(options.file);
  let shared = await share(file, options);
  // Its last user may have closed it while we waited.
  while (shared.isClosed) shared = await share(file, options);
  shared.openings += 1;
  let isOpen = true;
  return {
    file,
    async connect() {
      const session = new Session(await shared.instance.connect(), () => {
        shared.sessions -= 1;
        end(file, shared);
      });
      shared.sessions += 1;
      return session;
    },
    exclusive(work) {
      const result = shared.queue.then(work);
      shared.queue = result.catch(() => {});
      return result;
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      shared.openings -= 1;
      end(file, shared);
    },
  };
}

async function share(file: string | undefined, options: DatabaseOptions): Promise<Shared> {
  if (file === undefined) return create(file, options);
  const known = openFiles.get(file);
  if (known !== undefined) return known;
  const creating = create(file, options);
  openFiles.set(file, creating);
  creating.catch(() => openFiles.delete(file));
  return creating;
}

async function create(file: string | undefined, options: DatabaseOptions): Promise<Shared> {
  const settings = {
    ...fixedOptions,
    memory_limit: memoryLimit,
    ...(file === undefined ? {} : { temp_directory: `${file}.tmp` }),
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
  };
  try {
    const instance = await DuckDBInstance.create(file ?? ':memory:', settings);
    return { instance, openings: 0, sessions: 0, queue: Promise.resolve(), isClosed: false };
  } catch (error) {
    throw fromDuckDb(error, { as: 'sink', object: file });
  }
}

/** A session that outlives the last opening keeps the instance: a second one of its file would be worse. */
function end(file: string | undefined, shared: Shared): void {
  if (shared.openings > 0 || shared.sessions > 0) return;
  if (file !== undefined) openFiles.delete(file);
  shared.isClosed = true;
  shared.instance.closeSync();
}

/** Two spellings of one file are one file. */
function canonical(file: string): string {
  const path = resolve(file);
  mkdirSync(dirname(path), { recursive: true });
  try {
    return realpathSync(path);
  } catch {
    return join(realpathSync(dirname(path)), basename(path));
  }
}
