/**
 * A directory of files that grow: one process writes into it at a time, and in this process one after another, whichever sink
 * it is for.
 */
import { mkdirSync, realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type FolderLock, lockFolder } from '#core/process/lock.ts';
import { asSinkError } from './errors.ts';
import { Ledger, ledgersIn, readLedger } from './ledger.ts';

export interface Directory {
  readonly path: string;
  /** The one of that name in this process; not recovered yet where it is new. */
  ledger(name: string): Ledger;
  /** One after another. Errors come in the words of the house. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /** Gives this opening back; the last one ends the lock. */
  close(): Promise<void>;
}

interface Shared {
  readonly lock: FolderLock;
  readonly ledgers: Map<string, Ledger>;
  openings: number;
  queue: Promise<unknown>;
}

const openDirectories = new Map<string, Shared>();

/** Makes it where it is missing. Throws `DATA_IN_USE` with the pid of another process that writes there. */
export function openDirectory(directory: string): Directory {
  const path = prepare(directory);
  const shared = openDirectories.get(path) ?? {
    lock: lockFolder(ledgersIn(path), 'another directory'),
    ledgers: new Map(),
    openings: 0,
    queue: Promise.resolve(),
  };
  openDirectories.set(path, shared);
  shared.openings += 1;
  const exclusive = <T>(work: () => Promise<T>): Promise<T> => {
    const result = shared.queue.then(work).catch((error: unknown) => {
      throw asSinkError(error, path);
    });
    shared.queue = result.catch(() => {});
    return result;
  };
  return {
    path,
    ledger(name) {
      const known = shared.ledgers.get(name) ?? new Ledger({ directory: path, name });
      shared.ledgers.set(name, known);
      return known;
    },
    exclusive,
    close: () =>
      exclusive(async () => {
        shared.openings -= 1;
        if (shared.openings > 0) return;
        openDirectories.delete(path);
        try {
          for (const ledger of shared.ledgers.values()) await ledger.close();
        } finally {
          shared.lock.release();
        }
      }).catch(() => {}),
  };
}

function prepare(directory: string): string {
  const path = resolve(directory);
  try {
    mkdirSync(ledgersIn(path), { recursive: true });
    return realpathSync(path);
  } catch (error) {
    throw asSinkError(error, path);
  }
}

/** Lines of all sinks that write there; undefined where none ever did. */
export async function countLines(directory: string): Promise<bigint | undefined> {
  const files = await readdir(ledgersIn(directory)).catch(() => []);
  let lines: bigint | undefined;
  for (const file of files) {
    const name = /^(.+)\.ledger$/.exec(file)?.[1];
    if (name !== undefined) lines = (lines ?? 0n) + (await readLedger({ directory, name })).state.lines;
  }
  return lines;
}
