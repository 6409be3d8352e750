/** Hands out producer ids, each once for ever: a block is marked as used on disk before its first id is given. */
import { existsSync, readFileSync } from 'node:fs';
import { replaceFile } from './replace-file.ts';

const blockSize = 1_000;

export class ProducerIds {
  readonly #path: string;
  #nextId: number;
  #blockEnd: number;

  constructor(path: string) {
    this.#path = path;
    this.#nextId = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
    this.#blockEnd = this.#nextId;
  }

  next(): number {
    if (this.#nextId >= this.#blockEnd) {
      const end = this.#nextId + blockSize;
      replaceFile(this.#path, `${end}\n`);
      this.#blockEnd = end;
    }
    return this.#nextId++;
  }
}
