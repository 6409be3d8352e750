/**
 * One client: cuts the stream of bytes into requests and answers them one after the other, in order, as Kafka does.
 *
 * Memory is bounded: while a request is being answered, or its answer is not yet taken by the client, at most
 * `queuedBytes` of further requests are read.
 */
import type { Socket } from 'node:net';
import { ReadBuffer } from './read-buffer.ts';
import { WireError } from './wire/reader.ts';

const queuedBytes = 4 << 20;
/** Below this, one copied buffer is cheaper to send than several. */
const copiedBytes = 16_384;
const mostOutgoing = 64;

export interface ConnectionOptions {
  readonly maxRequestBytes: number;
  /** Answers one request: the buffers of the response without its length, or undefined where there is none. */
  readonly answer: (request: Buffer, connection: Connection) => Response | Promise<Response>;
  readonly onFault: (error: unknown, connection: Connection) => void;
}

export type Response = readonly Buffer[] | undefined;

export class Connection {
  readonly peer: string;
  readonly readBuffer = new ReadBuffer();
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #abort = new AbortController();
  readonly #requests: Buffer[] = [];
  #requestBytes = 0;
  /** The request that is being received; its length is known when `length` is. */
  #chunks: Buffer[] = [];
  #received = 0;
  #length: number | undefined;
  #isBusy = false;
  /** Responses of this turn: one system call for all of them, since each costs more than the work behind it. */
  #outgoing: Buffer[] = [];

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.peer = socket.remoteAddress ?? '';
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('drain', () => this.#next());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#closed());
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  #closed(): void {
    this.#abort.abort();
    this.#requests.length = 0;
    this.#chunks = [];
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      const wanted = (this.#length ?? 4) - this.#received;
      const part = rest.length <= wanted ? rest : rest.subarray(0, wanted);
      rest = rest.subarray(part.length);
      this.#chunks.push(part);
      this.#received += part.length;
      if (part.length === wanted && !this.#complete()) return;
    }
    this.#next();
  }

  /** A length or a request has arrived whole. False when the connection had to be closed. */
  #complete(): boolean {
    const bytes = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#received);
    this.#chunks = [];
    this.#received = 0;
    if (this.#length === undefined) {
      this.#length = bytes.readInt32BE(0);
      if (this.#length >= 8 && this.#length <= this.#options.maxRequestBytes) return true;
      this.#options.onFault(new WireError(`a request of ${this.#length} bytes`), this);
      this.close();
      return false;
    }
    this.#length = undefined;
    this.#requests.push(bytes);
    this.#requestBytes += bytes.length;
    return true;
  }

  #next(): void {
    while (!this.#isBusy && this.#requests.length > 0 && !this.#socket.writableNeedDrain && !this.#socket.destroyed) {
      const request = this.#requests.shift()!;
      this.#requestBytes -= request.length;
      this.#process(request);
    }
    this.#flush();
    if (this.#requestBytes > queuedBytes) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  #process(request: Buffer): void {
    if (this.#outgoing.length === 0 && this.#socket.writableLength === 0) this.readBuffer.reset();
    else this.readBuffer.retire();
    try {
      const response = this.#options.answer(request, this);
      if (!(response instanceof Promise)) {
        this.#send(response);
        return;
      }
      this.#isBusy = true;
      response.then(
        (buffers) => this.#finish(buffers),
        (error: unknown) => this.#fail(error),
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  #finish(response: Response): void {
    this.#isBusy = false;
    this.#send(response);
    this.#next();
  }

  #fail(error: unknown): void {
    this.#options.onFault(error, this);
    this.close();
  }

  #send(response: Response): void {
    if (response === undefined) return;
    const length = Buffer.allocUnsafe(4);
    length.writeInt32BE(response.reduce((sum, buffer) => sum + buffer.length, 0));
    this.#outgoing.push(length, ...response);
    if (this.#outgoing.length > mostOutgoing || response.length > 1) this.#flush();
  }

  #flush(): void {
    if (this.#outgoing.length === 0) return;
    const buffers = this.#outgoing;
    this.#outgoing = [];
    if (this.#socket.destroyed) return;
    const total = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
    if (total <= copiedBytes) {
      this.#socket.write(Buffer.concat(buffers, total));
      return;
    }
    this.#socket.cork();
    for (const buffer of buffers) this.#socket.write(buffer);
    this.#socket.uncork();
  }
}
