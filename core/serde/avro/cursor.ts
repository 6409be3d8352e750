/**
 * Reads Avro's primitives and trusts nothing: every read is checked against the end of the value, and a budget ends
 * values that claim to hold more than bytes can describe. Throws `Malformed`.
 *
 * This is the careful path (browsing, nested values, explaining a failure); `column-source.ts` generates the fast one.
 */
import { Malformed } from './decode-error.ts';

/** Items that need no bytes (nulls, empty records) cost memory all the same; so each value has a share by its size. */
const budgetBase = 65_536;
const budgetPerByte = 64;
const maxDepth = 128;

const scratch = new DataView(new ArrayBuffer(8));
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class Cursor {
  bytes: Uint8Array = new Uint8Array(0);
  position = 0;
  end = 0;
  /** The words of the last `long()`. */
  low = 0;
  high = 0;
  #budget = 0;
  #depth = 0;

  load(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.#budget = budgetBase + budgetPerByte * (end - start);
    this.#depth = 0;
  }

  byte(): number {
    if (this.position >= this.end) throw new Malformed('the value ends too early', this.position);
    return this.bytes[this.position++]!;
  }

  /** Moves over `length` bytes and returns where they start. */
  take(length: number): number {
    const start = this.position;
    if (length > this.end - start) {
      throw new Malformed(`the value ends too early: ${length} bytes wanted, ${this.end - start} left`, start);
    }
    this.position = start + length;
    return start;
  }

  boolean(): boolean {
    const byte = this.byte();
    if (byte > 1) throw new Malformed(`${byte} is no boolean`, this.position - 1);
    return byte === 1;
  }

  int(): number {
    const start = this.position;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      if (shift === 28 && byte > 15) break;
      value |= (byte & 127) << shift;
      if (byte < 128) return (value >>> 1) ^ -(value & 1);
    }
    throw new Malformed('the number has more than 32 bits', start);
  }

  /** Leaves its result in `low` and `high`. */
  long(): void {
    const start = this.position;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      if (shift === 63 && byte > 1) break;
      const bits = byte & 127;
      if (shift < 32) low |= bits << shift;
      if (shift === 28) high = bits >>> 4;
      else if (shift > 28) high |= bits << (shift - 32);
      if (byte < 128) {
        const sign = -(low & 1);
        this.low = ((low >>> 1) | (high << 31)) ^ sign;
        this.high = (high >>> 1) ^ sign;
        return;
      }
    }
    throw new Malformed('the number has more than 64 bits', start);
  }

  /** A long that counts something; beyond 2^53 it is not exact, which no count that fits in memory reaches. */
  count(): number {
    this.long();
    return this.high * 4_294_967_296 + (this.low >>> 0);
  }

  /** The length of bytes that follow; they are there when it returns. */
  length(): number {
    const start = this.position;
    const length = this.count();
    if (length < 0) throw new Malformed(`negative length ${length}`, start);
    if (length > this.end - this.position) {
      throw new Malformed(`the value ends too early: ${length} bytes wanted, ${this.end - this.position} left`, start);
    }
    return length;
  }

  float(): number {
    const start = this.take(4);
    for (let index = 0; index < 4; index++) scratch.setUint8(index, this.bytes[start + index]!);
    return scratch.getFloat32(0, true);
  }

  double(): number {
    const start = this.take(8);
    for (let index = 0; index < 8; index++) scratch.setUint8(index, this.bytes[start + index]!);
    return scratch.getFloat64(0, true);
  }

  text(): string {
    const length = this.length();
    const start = this.take(length);
    try {
      return utf8.decode(this.bytes.subarray(start, start + length));
    } catch {
      throw new Malformed('the text is not valid UTF-8', start);
    }
  }

  /** Pays for `items` values that are about to be made. */
  spend(items: number): void {
    this.#budget -= items;
    if (this.#budget < 0) throw new Malformed('more items than its bytes can hold', this.position);
  }

  enter(): void {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw new Malformed(`nested deeper than ${maxDepth} levels`, this.position);
  }

  leave(): void {
    this.#depth -= 1;
  }
}
