/**
 * One `COPY … FROM STDIN` over a connection of `pg`.
 *
 * Ours rather than a stream: the bytes are in memory already, so they are framed and handed to the socket at once, and
 * the memory is free again when both the server has answered and the socket has let go of it.
 */
import type { Connection, Submittable } from 'pg';

/** Smaller messages let the server parse while the rest is on its way; larger ones cost fewer headers. */
const chunkSize = 256 * 1024;

/**
 * Submitted by `client.query`, which calls the `handle…` methods. `sql` may begin with other statements (`BEGIN; COPY …`).
 * `done` settles after the server's ReadyForQuery (or error) and never while `data` may still be read.
 */
export class CopyIn implements Submittable {
  readonly done: Promise<void>;
  readonly #sql: string;
  readonly #data: Uint8Array;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;
  #written: Promise<void> = Promise.resolve();

  constructor(sql: string, data: Uint8Array) {
    this.#sql = sql;
    this.#data = data;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.done = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection: Connection): void {
    connection.query(this.#sql);
  }

  handleCopyInResponse(connection: Connection): void {
    const { stream } = connection;
    stream.cork();
    for (let from = 0; from < this.#data.length; from += chunkSize) {
      const chunk = this.#data.subarray(from, from + chunkSize);
      stream.write(copyDataHeader(chunk.length));
      stream.write(chunk);
    }
    // Called with an error as well when the connection breaks: either way nobody reads `data` any more.
    this.#written = new Promise((resolve) => stream.write(copyDone, () => resolve()));
    stream.uncork();
  }

  /** `pg` calls it. */
  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    void this.#written.then(this.#resolve);
  }

  /** Also when the server refuses a row half way: it ignores what is still sent. */
  handleError(error: unknown): void {
    void this.#written.then(() => this.#reject(error));
  }
}

/** CopyDone without fields. */
const copyDone = Uint8Array.of(0x63, 0, 0, 0, 4);

function copyDataHeader(size: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = 0x64;
  new DataView(bytes.buffer).setInt32(1, size + 4);
  return bytes;
}
