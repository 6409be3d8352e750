/**
 * A secret in memory: whatever prints it shows `[secret]`.
 *
 * Its value is a plain property, so that it reaches a child process by structured clone; there `sealConnection` makes it a
 * `Secret` again.
 */
import { inspect } from 'node:util';

const mask = '[secret]';

export class Secret {
  readonly value: string;

  constructor(value: string) {
    this.value = value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [Symbol.toPrimitive](): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}

/** An address that may have a password inside: printed without it. */
export class SecretUrl {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  toString(): string {
    return withoutPassword(this.url);
  }

  toJSON(): { readonly url: string } {
    return { url: withoutPassword(this.url) };
  }

  [inspect.custom](): string {
    return withoutPassword(this.url);
  }
}

function withoutPassword(address: string): string {
  const url = URL.parse(address);
  if (url === null) return mask;
  if (url.password !== '') url.password = mask;
  return url.href.replace(encodeURIComponent(mask), mask);
}
