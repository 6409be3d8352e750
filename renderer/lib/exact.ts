/**
 * Decoded values as text, exactly: every digit of a bigint, every byte, `null` apart from an empty string.
 *
 * Text for the screen is cut so that a huge value can't hold the page up, and says how much was left out; text to copy never is.
 */
import type { Value } from '#core/contract/value.ts';

export type ValueKind = 'null' | 'boolean' | 'number' | 'string' | 'bytes' | 'list' | 'record';

export function kindOf(value: Value): ValueKind {
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return 'bytes';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'bigint' || isDecimal(value)) return 'number';
  return typeof value === 'object' ? 'record' : (typeof value as 'boolean' | 'number' | 'string');
}

/** A decimal crosses as its exact text: see core/contract/value.ts. */
function isDecimal(value: Value): value is { readonly decimal: string } {
  if (typeof value !== 'object' || value === null || !('decimal' in value)) return false;
  return Object.keys(value).length === 1 && /^-?\d+(\.\d+)?$/.test(String(value.decimal));
}

export function isRecord(value: Value): value is { readonly [name: string]: Value } {
  return kindOf(value) === 'record';
}

/** The headers of a record are bytes that nearly always hold text. */
export function headerValue(bytes: Uint8Array | null): Value {
  if (bytes === null) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return bytes;
  }
}

export interface CutText {
  readonly text: string;
  /** Characters (bytes of a byte string) that are not in `text`. */
  readonly left: number;
}

export function cut(text: string, limit: number): CutText {
  return text.length <= limit ? { text, left: 0 } : { text: text.slice(0, limit), left: text.length - limit };
}

/** A number as JavaScript prints it, with the sign that a plain `String(-0)` would drop. */
function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

export function hex(bytes: Uint8Array, limit = bytes.length): CutText {
  const text = Array.from(bytes.subarray(0, limit), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { text: `0x${text}`, left: Math.max(0, bytes.length - limit) };
}

/** One line: a cell of a table, a leaf of a tree. Records and lists as compact JSON. */
export function inline(value: Value, limit: number): CutText {
  if (typeof value === 'string') return cut(value, limit);
  if (value instanceof Uint8Array) return hex(value, Math.floor(limit / 2));
  if (typeof value === 'number') return cut(numberText(value), limit);
  if (value === null || typeof value !== 'object') return cut(String(value), limit);
  if (isDecimal(value)) return cut(value.decimal, limit);
  const { text, isComplete } = toJson(value, { limit });
  return { text, left: isComplete ? 0 : 1 };
}

/** All of a value, as it is copied out of a cell; undefined while it is not there. */
export function wholeText(value: Value | undefined): string | undefined {
  return value === undefined ? undefined : inline(value, Number.POSITIVE_INFINITY).text;
}

export interface JsonOptions {
  /** Spaces of one level; compact without. */
  readonly indent?: number;
  /** Writing stops soon after as many characters; everything is written without. */
  readonly limit?: number;
}

export interface JsonText {
  readonly text: string;
  readonly isComplete: boolean;
}

/**
 * JSON with exact numbers. Bytes are `"0x…"`, NaN and the infinities the strings JavaScript prints: JSON has no form for them.
 */
export function toJson(value: Value, options: JsonOptions = {}): JsonText {
  const writer = new JsonWriter(options);
  writer.write(value, 0);
  return { text: writer.parts.join(''), isComplete: !writer.isFull };
}

class JsonWriter {
  readonly parts: string[] = [];
  readonly #indent: number;
  readonly #limit: number;
  #length = 0;
  isFull = false;

  constructor({ indent = 0, limit = Number.POSITIVE_INFINITY }: JsonOptions) {
    this.#indent = indent;
    this.#limit = limit;
  }

  write(value: Value, depth: number): void {
    if (this.isFull) return;
    if (typeof value === 'string') this.#string(value);
    else if (value instanceof Uint8Array) this.#bytes(value);
    else if (value === null || typeof value !== 'object') this.#push(scalar(value));
    else if (isDecimal(value)) this.#push(value.decimal);
    else if (Array.isArray(value)) this.#items('[', ']', value, depth, (item: Value) => this.write(item, depth + 1));
    else {
      this.#items('{', '}', Object.entries(value), depth, ([name, item]) => {
        this.#push(`${JSON.stringify(name)}:${this.#indent > 0 ? ' ' : ''}`);
        this.write(item, depth + 1);
      });
    }
  }

  #items<T>(open: string, close: string, items: readonly T[], depth: number, write: (item: T) => void): void {
    if (items.length === 0) {
      this.#push(open + close);
      return;
    }
    this.#push(open);
    for (const [index, item] of items.entries()) {
      if (this.isFull) return;
      if (index > 0) this.#push(',');
      this.#newLine(depth + 1);
      write(item);
    }
    this.#newLine(depth);
    this.#push(close);
  }

  #newLine(depth: number): void {
    if (this.#indent > 0) this.#push(`\n${' '.repeat(this.#indent * depth)}`);
  }

  #string(text: string): void {
    const room = this.#room();
    if (text.length <= room) this.#push(JSON.stringify(text));
    else {
      this.#push(JSON.stringify(text.slice(0, room)));
      this.isFull = true;
    }
  }

  #bytes(bytes: Uint8Array): void {
    const { text, left } = hex(bytes, Math.min(bytes.length, Math.ceil(this.#room() / 2)));
    this.#push(`"${text}"`);
    if (left > 0) this.isFull = true;
  }

  #room(): number {
    return Math.max(0, Math.min(this.#limit - this.#length, Number.MAX_SAFE_INTEGER));
  }

  #push(text: string): void {
    if (this.isFull) return;
    this.parts.push(text);
    this.#length += text.length;
    if (this.#length >= this.#limit) this.isFull = true;
  }
}

function scalar(value: null | boolean | number | bigint): string {
  if (typeof value !== 'number') return String(value);
  return Number.isFinite(value) ? numberText(value) : JSON.stringify(String(value));
}
