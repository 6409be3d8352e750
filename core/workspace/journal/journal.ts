/**
 * The journal's file: one line of JSON for each call that changed something, in the state directory, mode 0600.
 *
 * Adding costs the caller nothing: lines are written behind it, and `close` waits for the last. What can't be written (a full
 * disk) is kept in memory, said by `status`, and tried again with the next entry. The file is bounded: when it has grown to its
 * size it becomes `journal.1.jsonl`, and the oldest goes.
 */
import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type ErrorData, WorkbenchError } from '#core/contract/errors.ts';
import { type JournalEntry, type JournalStatus, journalEntrySchema } from '#core/contract/journal.ts';

export interface JournalOptions {
  /** `…/journal.jsonl`. */
  readonly file: string;
  readonly onChange: () => void;
  readonly log: (line: string) => void;
  /** When it becomes the next older one. */
  readonly largestBytes?: number;
}

export type NewEntry = Omit<JournalEntry, 'version' | 'id'>;

const olderFiles = 4;
const mostUnwritten = 1_000;

export class Journal {
  readonly #file: string;
  readonly #options: JournalOptions;
  readonly #largestBytes: number;
  #unwritten: JournalEntry[] = [];
  #writing: Promise<void> = Promise.resolve();
  #isPlanned = false;
  #added = 0;
  #fault: ErrorData | null = null;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#file = options.file;
    this.#largestBytes = options.largestBytes ?? 1_000_000;
  }

  add(entry: NewEntry): void {
    this.#added += 1;
    this.#unwritten.push({ version: 1, id: randomUUID(), ...entry });
    if (this.#unwritten.length > mostUnwritten) {
      const { method, at } = this.#unwritten.shift()!;
      this.#options.log(
        `the journal can't be written and holds no more: ${method} of ${new Date(at).toISOString()} is lost`,
      );
    }
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#writing = this.#writing.then(() => this.#write());
  }

  status(): JournalStatus {
    return {
      added: this.#added,
      unwritten: this.#fault === null ? 0 : this.#unwritten.length,
      fault: this.#fault,
    };
  }

  /** All there is, newest first; `undefined` for a line that can't be read. */
  async *entries(): AsyncGenerator<JournalEntry | undefined, void, void> {
    await this.#writing;
    const seen = new Set<string>();
    for (const entry of this.#unwritten.toReversed()) {
      seen.add(entry.id);
      yield entry;
    }
    for (let age = 0; age <= olderFiles; age += 1) {
      for (const line of (await this.#linesOf(age)).reverse()) {
        const entry = parse(line);
        // A write that failed half way is repeated whole.
        if (entry !== undefined && seen.has(entry.id)) continue;
        if (entry !== undefined) seen.add(entry.id);
        yield entry;
      }
    }
  }

  async close(): Promise<void> {
    await this.#writing;
    if (this.#unwritten.length > 0) await this.#write();
  }

  async #write(): Promise<void> {
    this.#isPlanned = false;
    const entries = [...this.#unwritten];
    try {
      await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
      await this.#rotate();
      // The line break comes first: a line that a killed program left unfinished does not swallow this one.
      await appendFile(this.#file, entries.map((entry) => `\n${JSON.stringify(entry)}`).join(''), { mode: 0o600 });
      const written = new Set(entries);
      this.#unwritten = this.#unwritten.filter((entry) => !written.has(entry));
      this.#fault = null;
    } catch (error) {
      if (this.#fault === null) this.#options.log(`the journal can't be written: ${(error as Error).message}`);
      this.#fault = faultOf(error as NodeJS.ErrnoException, this.#file);
    }
    this.#options.onChange();
  }

  async #rotate(): Promise<void> {
    const size = await stat(this.#file).then(
      (found) => found.size,
      () => 0,
    );
    if (size < this.#largestBytes) return;
    for (let age = olderFiles; age > 0; age -= 1)
      await rename(this.#named(age - 1), this.#named(age)).catch(ignoreMissing);
  }

  async #linesOf(age: number): Promise<string[]> {
    const text = await readFile(this.#named(age), 'utf8').catch(ignoreMissing);
    return (text ?? '').split('\n').filter((line) => line !== '');
  }

  #named(age: number): string {
    return age === 0 ? this.#file : this.#file.replace(/\.jsonl$/, `.${age}.jsonl`);
  }
}

function parse(line: string): JournalEntry | undefined {
  try {
    return journalEntrySchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function faultOf(error: NodeJS.ErrnoException, file: string): ErrorData {
  const isFull = error.code === 'ENOSPC' || error.code === 'EDQUOT';
  return new WorkbenchError(isFull ? 'DISK_FULL' : 'INTERNAL', error.message, {
    object: file,
    nextStep: isFull
      ? 'Make room on the disk: they are written with the next change.'
      : 'Look whether the file can be written.',
    retryable: true,
  }).toData();
}
