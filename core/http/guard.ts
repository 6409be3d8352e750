/**
 * Who may talk to the host: pages it served itself, opened by whoever holds the token of this start.
 *
 * Host is checked against DNS rebinding, Origin against other sites; the token comes once in the address, then lives in a
 * cookie that scripts can't read and other sites can't send.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const cookieName = 'mercury-session';

export class Guard {
  readonly token: string = randomBytes(32).toString('base64url');
  readonly #hosts: () => readonly string[];

  /** `hosts`: the values of `Host` that are ours, known once the port is. */
  constructor(hosts: () => readonly string[]) {
    this.#hosts = hosts;
  }

  isOurHost(request: IncomingMessage): boolean {
    return this.#hosts().includes(request.headers.host ?? '');
  }

  /** A request without Origin is a navigation or a program; a browser always sends it with what could do harm. */
  isOurOrigin(request: IncomingMessage): boolean {
    const { origin } = request.headers;
    return origin === undefined || this.#hosts().some((host) => origin === `http://${host}`);
  }

  isToken(candidate: string | null | undefined): boolean {
    if (typeof candidate !== 'string' || candidate.length !== this.token.length) return false;
    return timingSafeEqual(Buffer.from(candidate), Buffer.from(this.token));
  }

  /** By cookie (the page) or by `Authorization: Bearer` (the command line). */
  isAuthenticated(request: IncomingMessage): boolean {
    const bearer = request.headers.authorization?.match(/^Bearer (.+)$/)?.[1];
    return this.isToken(bearer) || this.isToken(readCookie(request.headers.cookie, this.#cookie(request)));
  }

  setCookie(request: IncomingMessage): string {
    return `${this.#cookie(request)}=${this.token}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** Cookies do not tell ports apart: with the port in its name, two hosts do not log each other out. */
  #cookie(request: IncomingMessage): string {
    return `${cookieName}-${request.socket.localPort}`;
  }
}

function readCookie(header: string | undefined, name: string): string | undefined {
  return header
    ?.split(';')
    .map((pair) => pair.trim().split('='))
    .find(([key]) => key === name)?.[1];
}
