/**
 * Writes one response: small fields into a growing buffer, record bytes by reference.
 *
 * `chunks()` gives the buffers in order, for one gathered write to the socket.
 */
const twoTo32 = 4_294_967_296;

export class Writer {
  readonly version: number;
  readonly flexible: boolean;
  #buffer: Buffer;
  #offset = 0;
  #done: Buffer[] = [];
  #doneLength = 0;

  constructor(version: number, flexible: boolean, capacity = 256) {
    this.version = version;
    this.flexible = flexible;
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#doneLength + this.#offset;
  }

  /** Makes room for `length` bytes and returns where they go in `this.#buffer`. */
  #room(length: number): number {
    const start = this.#offset;
    if (start + length > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, start + length));
      this.#buffer.copy(grown, 0, 0, start);
      this.#buffer = grown;
    }
    this.#offset = start + length;
    return start;
  }

  int8(value: number): void {
    const at = this.#room(1);
    this.#buffer.writeInt8(value, at);
  }

  int16(value: number): void {
    const at = this.#room(2);
    this.#buffer.writeInt16BE(value, at);
  }

  int32(value: number): void {
    const at = this.#room(4);
    this.#buffer.writeInt32BE(value, at);
  }

  int64(value: bigint): void {
    const at = this.#room(8);
    this.#buffer.writeBigInt64BE(value, at);
  }

  long(value: number): void {
    const high = Math.floor(value / twoTo32);
    const at = this.#room(8);
    this.#buffer.writeInt32BE(high, at);
    this.#buffer.writeUInt32BE(value - high * twoTo32, at + 4);
  }

  unsignedVarint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      const at = this.#room(1);
      this.#buffer[at] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    const at = this.#room(1);
    this.#buffer[at] = rest;
  }

  /** The length before a string (`size` 2) or bytes (`size` 4); -1 stands for null. */
  lengthOf(length: number, size: 2 | 4): void {
    if (this.flexible) this.unsignedVarint(length + 1);
    else if (size === 2) this.int16(length);
    else this.int32(length);
  }

  utf8(value: string): void {
    const length = Buffer.byteLength(value);
    this.lengthOf(length, 2);
    const at = this.#room(length);
    this.#buffer.write(value, at, length, 'utf8');
  }

  base64url(value: string, length: number): void {
    const at = this.#room(length);
    this.#buffer.fill(0, at, at + length);
    this.#buffer.write(value, at, length, 'base64url');
  }

  copy(bytes: Uint8Array): void {
    const at = this.#room(bytes.length);
    this.#buffer.set(bytes, at);
  }

  /** Takes `bytes` as they are: the caller must not change them before the response is sent. */
  reference(bytes: Buffer): void {
    if (bytes.length < 4096) {
      this.copy(bytes);
      return;
    }
    this.#seal();
    this.#done.push(bytes);
    this.#doneLength += bytes.length;
  }

  #seal(): void {
    if (this.#offset === 0) return;
    this.#done.push(this.#buffer.subarray(0, this.#offset));
    this.#doneLength += this.#offset;
    this.#buffer = this.#buffer.subarray(this.#offset);
    this.#offset = 0;
    if (this.#buffer.length < 64) this.#buffer = Buffer.allocUnsafe(256);
  }

  chunks(): Buffer[] {
    this.#seal();
    return this.#done;
  }
}
