/**
 * The open files of all partitions, a bounded number of them: the one used longest ago is closed for the next.
 *
 * A workspace may hold tens of thousands of partitions; the system's limit of descriptors is often 1,024.
 */
import { closeSync, constants, openSync } from 'node:fs';

export class OpenFiles {
  readonly #limit: number;
  /** In order of last use. */
  readonly #descriptors = new Map<string, number>();

  constructor(limit = 400) {
    this.#limit = limit;
  }

  /** A descriptor for reading and writing, made with an empty file when there is none. Valid until the next call. */
  descriptor(path: string): number {
    let fd = this.#descriptors.get(path);
    if (fd !== undefined) this.#descriptors.delete(path);
    else {
      if (this.#descriptors.size >= this.#limit) this.close(this.#descriptors.keys().next().value!);
      fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    }
    this.#descriptors.set(path, fd);
    return fd;
  }

  close(path: string): void {
    const fd = this.#descriptors.get(path);
    if (fd === undefined) return;
    this.#descriptors.delete(path);
    closeSync(fd);
  }

  closeAll(): void {
    for (const path of [...this.#descriptors.keys()]) this.close(path);
  }
}
