/**
 * What one sink of one pipeline has committed to its files: how far each partition has come, and how long the newest file is.
 *
 * A commit is one rename: the new ledger carries the lines themselves, so that whoever finds it can put them into their file,
 * again if need be. Only then do they go there. So a file never holds a line that is not committed, whenever the process is
 * killed; the next opening completes the last one.
 */
import { constants, mkdirSync } from 'node:fs';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { WorkbenchError } from '#core/contract/errors.ts';

const { O_CREAT, O_RDWR } = constants;

const exactSchema = z.string().regex(/^\d+$/).transform(BigInt);

/** Form 1, readable for ever: it lies in users' folders. */
const stateSchema = z.object({
  format: z.literal(1),
  offsets: z.array(
    z.object({
      clusterId: z.string(),
      topicId: z.string(),
      partition: z.int(),
      /** Null: nothing was committed yet. */
      next: exactSchema.nullable(),
      leaderEpoch: z.int(),
      ownerEpoch: exactSchema,
    }),
  ),
  /** Lines of all files, and the number of the first and of the newest file. */
  lines: exactSchema,
  firstFile: z.int(),
  file: z.int(),
  /** From this number up to `firstFile` a reset removes the files; as high as that when there are none. */
  removedFrom: z.int(),
  /** Where in the newest file the lines of the last commit begin, and their bytes. */
  position: z.int(),
  length: z.int(),
});
export type LedgerState = z.output<typeof stateSchema>;
export type LedgerOffset = LedgerState['offsets'][number];

const emptyState: LedgerState = {
  format: 1,
  offsets: [],
  lines: 0n,
  firstFile: 1,
  file: 1,
  removedFrom: 1,
  position: 0,
  length: 0,
};

export interface LedgerPlace {
  readonly directory: string;
  /** Tells it from all others in the directory; what its files are called. */
  readonly name: string;
}

const noLines = Buffer.alloc(0);

export class Ledger {
  readonly #place: LedgerPlace;
  #state: LedgerState = emptyState;
  /** The newest file, open while lines are added to it. */
  #data: { readonly number: number; readonly handle: Awaited<ReturnType<typeof open>> } | undefined;

  /** False while a change is under way, and after one that failed: then only the disk knows how far it came. */
  #isSettled = false;

  constructor(place: LedgerPlace) {
    this.#place = place;
  }

  /**
   * Reads what is there and completes what was left half done, by a process that was killed or by a write that failed. Called
   * before all else. Throws `PREFLIGHT_FAILED` where the newest file is not as it was left.
   */
  async recover(): Promise<void> {
    await this.#closeData();
    const { state, lines } = await readLedger(this.#place);
    this.#state = state;
    await this.#complete(lines);
    this.#isSettled = true;
  }

  get state(): LedgerState {
    return this.#state;
  }

  /** All or nothing, and durable. `rollBytes`: a file that is this long is left alone, the next one is begun. */
  async commit(offsets: readonly LedgerOffset[], lines: Buffer, count: number, rollBytes: number): Promise<void> {
    if (!this.#isSettled) throw unsettled(this.#place.directory);
    const { file, firstFile, position, length } = this.#state;
    const end = position + length;
    const isFull = lines.length > 0 && end >= rollBytes;
    const size = isFull ? await sizeOf(this.#file(file + 1)) : undefined;
    if (size !== undefined) throw this.#altered(file + 1, size, 0);
    // What the last commit wrote must be on the disk before its copy in the ledger goes.
    this.#isSettled = false;
    await this.#data?.handle.datasync();
    await this.#write(
      {
        ...this.#state,
        removedFrom: firstFile,
        offsets: [...offsets],
        lines: this.#state.lines + BigInt(count),
        ...(isFull ? { file: file + 1, position: 0 } : { position: end }),
        length: lines.length,
      },
      lines,
    );
    await this.#append(lines);
    this.#isSettled = true;
  }

  /** Without any line from now on, whatever became of the files; one that it never wrote to stays. */
  async empty(offsets: readonly LedgerOffset[]): Promise<void> {
    const { file, firstFile, lines } = this.#state;
    this.#isSettled = false;
    await this.#closeData();
    const next = lines === 0n ? firstFile : file + 1;
    const files = { removedFrom: firstFile, firstFile: next, file: next, position: 0, length: 0 };
    await this.#write({ ...this.#state, ...files, offsets: [...offsets], lines: 0n }, noLines);
    await this.#removeEmptied();
    this.#isSettled = true;
  }

  /** Reads what is there and completes nothing: enough for `empty`, also where `recover` refuses the files. */
  async load(): Promise<void> {
    if (!this.#isSettled) this.#state = (await readLedger(this.#place)).state;
  }

  async close(): Promise<void> {
    await this.#data?.handle.datasync();
    await this.#closeData();
  }

  async #write(state: LedgerState, lines: Buffer): Promise<void> {
    const path = ledgerFile(this.#place);
    mkdirSync(dirname(path), { recursive: true });
    const head = JSON.stringify(state, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    const handle = await open(`${path}.next`, 'w');
    try {
      // Not `writev`, which a full disk lets end early without an error.
      await handle.writeFile(`${head}\n`);
      await handle.writeFile(lines);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(`${path}.next`, path);
    await syncDirectory(dirname(path));
    this.#state = state;
  }

  /** At its place, whatever is there already: the same lines at the same place are the same file. */
  async #append(lines: Buffer): Promise<void> {
    if (lines.length === 0) return;
    const { file, position } = this.#state;
    if (this.#data?.number !== file) {
      await this.#closeData();
      this.#data = { number: file, handle: await open(this.#file(file), O_RDWR | O_CREAT, 0o666) };
      await syncDirectory(this.#place.directory);
    }
    for (let done = 0; done < lines.length; ) {
      done += (await this.#data.handle.write(lines, done, lines.length - done, position + done)).bytesWritten;
    }
  }

  /** The last lines are written in any case: they may be in the file and not on its disk, and the ledger drops them next. */
  async #complete(lines: Buffer): Promise<void> {
    await this.#removeEmptied();
    const { file, position, length } = this.#state;
    const size = (await sizeOf(this.#file(file))) ?? 0;
    const end = position + length;
    if (size < position || size > end) throw this.#altered(file, size, end);
    await this.#append(lines);
  }

  async #removeEmptied(): Promise<void> {
    const { removedFrom, firstFile } = this.#state;
    for (let number = removedFrom; number < firstFile; number++) await rm(this.#file(number), { force: true });
  }

  #altered(number: number, size: number, expected: number): WorkbenchError {
    const path = this.#file(number);
    const nextStep =
      expected === 0
        ? 'It belongs to somebody else: move it away, or choose another directory.'
        : 'Put it back as it was; only files before the newest one may be moved or changed. Or reset the pipeline and empty its target.';
    return new WorkbenchError('PREFLIGHT_FAILED', `${path} has ${size} bytes, ${expected} were written.`, {
      object: path,
      nextStep,
    });
  }

  #file(number: number): string {
    return join(this.#place.directory, `${this.#place.name}-${String(number).padStart(6, '0')}.jsonl`);
  }

  async #closeData(): Promise<void> {
    const data = this.#data;
    this.#data = undefined;
    await data?.handle.close();
  }
}

/** Where the ledgers of a directory lie; nothing else does there. */
export function ledgersIn(directory: string): string {
  return join(directory, '.mercury');
}

/** What was committed, without completing anything: for looking. */
export async function readLedger(place: LedgerPlace): Promise<{ readonly state: LedgerState; readonly lines: Buffer }> {
  const path = ledgerFile(place);
  const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (content === undefined) return { state: emptyState, lines: noLines };
  const end = content.indexOf(0x0a);
  const lines = content.subarray(end + 1);
  const head = stateSchema.safeParse(jsonOf(content.subarray(0, end).toString('utf8')));
  if (head.success && head.data.length === lines.length) return { state: head.data, lines };
  throw new WorkbenchError('PREFLIGHT_FAILED', `${path} is damaged, or was written by another version.`, {
    object: path,
    nextStep: 'Use the newest version of Mercury Workbench, or another directory.',
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unsettled(directory: string): WorkbenchError {
  return new WorkbenchError('SINK_UNREACHABLE', `A write to ${directory} failed before this one.`, {
    object: directory,
    retryable: true,
  });
}

function ledgerFile({ directory, name }: LedgerPlace): string {
  return join(ledgersIn(directory), `${name}.ledger`);
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    },
  );
}

async function syncDirectory(path: string): Promise<void> {
  // Windows can't; there a rename is written through.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
