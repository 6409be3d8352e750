/**
 * Memory for the records of one response, used again for the next on the same connection.
 *
 * A fresh megabyte for each fetch costs more than the read and the write of it: the system clears its pages and the
 * collector gives them back.
 */
const mostBytes = 8 << 20;
const granuleBytes = 65_536;

export class ReadBuffer {
  #buffer = Buffer.alloc(0);
  #used = 0;
  #wanted = 0;

  /** Call when nothing of the previous response is under way any more. */
  reset(): void {
    if (this.#wanted > this.#buffer.length && this.#wanted <= mostBytes) {
      this.#buffer = Buffer.allocUnsafeSlow(Math.ceil(this.#wanted / granuleBytes) * granuleBytes);
    }
    this.#used = 0;
    this.#wanted = 0;
  }

  /** So many bytes, whatever they hold: of this buffer where they fit, else new ones. */
  take(length: number): Buffer {
    this.#wanted += length;
    if (this.#used + length > this.#buffer.length) return Buffer.allocUnsafeSlow(length);
    const start = this.#used;
    this.#used += length;
    return this.#buffer.subarray(start, start + length);
  }

  /** Nothing that was taken before may be used again until the next reset. */
  retire(): void {
    this.#used = this.#buffer.length;
  }
}
