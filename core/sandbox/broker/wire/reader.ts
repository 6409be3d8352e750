/**
 * Reads one request from its bytes, and refuses what does not fit in them.
 *
 * A length is checked against the bytes that are left before anything is allocated for it, so a hostile
 * length costs nothing. Everything wrong is a `WireError`, on which the connection is closed.
 */
export class WireError extends Error {
  override readonly name = 'WireError';
}

const twoTo32 = 4_294_967_296;
const safeHigh = 2_097_152;
/** Elements of all arrays of one request: small bytes must not become many objects. */
const mostElements = 1_000_000;

export class Reader {
  readonly bytes: Buffer;
  /** The API version of the message: fields ask whether they exist in it. */
  readonly version: number;
  /** Compact lengths and tagged fields (KIP-482). */
  readonly flexible: boolean;
  offset: number;
  #elements = 0;

  constructor(bytes: Buffer, version: number, flexible: boolean, offset = 0) {
    this.bytes = bytes;
    this.version = version;
    this.flexible = flexible;
    this.offset = offset;
  }

  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  /** Moves past `length` bytes and returns where they begin. */
  #take(length: number): number {
    const start = this.offset;
    if (length < 0 || start + length > this.bytes.length) {
      throw new WireError(`message ends early: ${length} bytes wanted at ${start} of ${this.bytes.length}`);
    }
    this.offset = start + length;
    return start;
  }

  int8(): number {
    return this.bytes.readInt8(this.#take(1));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.#take(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.#take(4));
  }

  int64(): bigint {
    return this.bytes.readBigInt64BE(this.#take(8));
  }

  /** An int64 as a number; what a number can't hold exactly becomes the nearest safe integer. */
  long(): number {
    const at = this.#take(8);
    const high = this.bytes.readInt32BE(at);
    if (high >= safeHigh) return Number.MAX_SAFE_INTEGER;
    if (high < -safeHigh) return Number.MIN_SAFE_INTEGER;
    return high * twoTo32 + this.bytes.readUInt32BE(at + 4);
  }

  unsignedVarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes[this.#take(1)]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) {
        if (value > 0xffffffff) break;
        return value;
      }
    }
    throw new WireError('a varint is longer than 32 bits');
  }

  /** The length of a string (`size` 2) or of bytes (`size` 4); -1 stands for null. */
  length(size: 2 | 4): number {
    if (this.flexible) return this.unsignedVarint() - 1;
    return size === 2 ? this.int16() : this.int32();
  }

  /** The number of elements of an array; -1 stands for null. Each element takes at least one byte. */
  count(): number {
    const count = this.length(4);
    if (count > this.remaining) throw new WireError(`an array of ${count} elements in ${this.remaining} bytes`);
    this.#elements += Math.max(count, 0);
    if (this.#elements > mostElements) throw new WireError(`more than ${mostElements} array elements in a request`);
    return count;
  }

  utf8(length: number): string {
    const start = this.#take(length);
    return this.bytes.toString('utf8', start, start + length);
  }

  base64url(length: number): string {
    const start = this.#take(length);
    return this.bytes.toString('base64url', start, start + length);
  }

  /** A view, not a copy: it lives as long as the request's own buffer. */
  slice(length: number): Buffer {
    const start = this.#take(length);
    return this.bytes.subarray(start, start + length);
  }

  skip(length: number): void {
    this.#take(length);
  }
}
