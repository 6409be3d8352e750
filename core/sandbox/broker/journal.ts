/**
 * Small state that must survive a kill: an append-only file of lines, each a checksum and a JSON entry.
 *
 * The owner applies entries to its own maps, at the start in the order in which they were written. When the file
 * has grown well past what the owner would write anew, it is replaced (written beside, then renamed).
 */
import { closeSync, constants, existsSync, ftruncateSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { replaceFile } from './replace-file.ts';
import { ErrorCode, ProtocolError } from './wire/error-codes.ts';

const smallestRewriteBytes = 1 << 20;

export interface JournalOptions<Entry> {
  readonly path: string;
  readonly apply: (entry: Entry) => void;
  /** The entries that make the present state from nothing. */
  readonly snapshot: () => Iterable<Entry>;
}

export class Journal<Entry> {
  readonly #options: JournalOptions<Entry>;
  #fd: number;
  #size = 0;
  #rewriteAt = smallestRewriteBytes;

  constructor(options: JournalOptions<Entry>) {
    this.#options = options;
    this.#load();
    this.#fd = openSync(options.path, constants.O_RDWR | constants.O_CREAT, 0o600);
    ftruncateSync(this.#fd, this.#size);
  }

  #load(): void {
    rmSync(`${this.#options.path}.new`, { force: true });
    if (!existsSync(this.#options.path)) return;
    const bytes = readFileSync(this.#options.path);
    for (let start = 0; ; start = this.#size) {
      const end = bytes.indexOf(10, start);
      if (end < 0) return;
      const body = bytes.subarray(start + 9, end);
      if (bytes.toString('latin1', start, start + 8) !== checksum(body)) return;
      this.#options.apply(JSON.parse(body.toString('utf8')) as Entry);
      this.#size = end + 1;
    }
  }

  /** Writes the entries, then applies them: what the caller sees applied survives a kill. */
  append(...entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    const bytes = Buffer.from(entries.map(line).join(''));
    try {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#size + done);
      }
    } catch (error) {
      ftruncateSync(this.#fd, this.#size);
      throw new ProtocolError(ErrorCode.kafkaStorageError, `${this.#options.path}: ${String(error)}`);
    }
    this.#size += bytes.length;
    for (const entry of entries) this.#options.apply(entry);
    if (this.#size >= this.#rewriteAt) this.#rewrite();
  }

  #rewrite(): void {
    const text = [...this.#options.snapshot()].map(line).join('');
    try {
      replaceFile(this.#options.path, text);
    } catch {
      // No room for a shorter file: the long one is whole and stays in use.
      rmSync(`${this.#options.path}.new`, { force: true });
      this.#rewriteAt = this.#size * 2;
      return;
    }
    closeSync(this.#fd);
    this.#fd = openSync(this.#options.path, constants.O_RDWR, 0o600);
    this.#size = Buffer.byteLength(text);
    this.#rewriteAt = Math.max(smallestRewriteBytes, this.#size * 4);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** Eight hexadecimal digits. */
export function checksum(body: Buffer | string): string {
  return crc32(body).toString(16).padStart(8, '0');
}

function line(entry: unknown): string {
  const body = JSON.stringify(entry);
  return `${checksum(body)} ${body}\n`;
}
