/**
 * The contract over a WebSocket to the page's own origin, which comes back by itself after a loss.
 *
 * The session cookie authenticates. A call made while there is no connection waits for the next one; a call that was under
 * way when the connection went fails, since the host may have done the work or not.
 */
import type { ClientLink, ClientOptions } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { wireSerializers } from '#core/contract/wire-values.ts';
import { useConnection } from './connection.ts';

const firstDelayMs = 250;
const longestDelayMs = 5_000;
const answerTimeoutMs = 3_000;

type Context = Record<never, never>;

export class WebSocketLink implements ClientLink<Context> {
  readonly #url: string;
  #link: Promise<RPCLink<Context>>;
  #resolveLink: (link: RPCLink<Context>) => void = () => {};
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isTrying = false;

  constructor(url: string) {
    this.#url = url;
    this.#link = this.#nextLink();
    this.#open();
    globalThis.addEventListener('online', () => this.tryNow());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.tryNow());
  }

  async call(path: readonly string[], input: unknown, options: ClientOptions<Context>): Promise<unknown> {
    const link = await untilAborted(this.#link, options.signal);
    return link.call(path, input, options);
  }

  /** Does not wait for the planned try. Nothing happens while connected. */
  tryNow(): void {
    if (this.#timer === undefined || this.#isTrying) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#open();
  }

  #open(): void {
    this.#isTrying = true;
    const socket = new WebSocket(this.#url);
    const link = new RPCLink<Context>({ websocket: socket, customJsonSerializers: [...wireSerializers] });
    socket.addEventListener('open', () => {
      this.#isTrying = false;
      this.#tries = 0;
      this.#resolveLink(link);
      useConnection.setState({ phase: 'open', nextTryAt: null, tries: 0 });
    });
    socket.addEventListener('close', () => void this.#closed());
  }

  async #closed(): Promise<void> {
    this.#isTrying = false;
    if (useConnection.getState().phase === 'open') this.#link = this.#nextLink();
    this.#tries += 1;
    if (await isSessionUnknown()) {
      useConnection.setState({ phase: 'refused', nextTryAt: null, tries: this.#tries });
      this.#planTry(longestDelayMs);
      return;
    }
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (this.#tries - 1));
    const isFirst = useConnection.getState().phase === 'connecting' && this.#tries < 3;
    useConnection.setState({
      phase: isFirst ? 'connecting' : 'lost',
      nextTryAt: Date.now() + delayMs,
      tries: this.#tries,
    });
    this.#planTry(delayMs);
  }

  #planTry(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#open();
    }, delayMs);
  }

  #nextLink(): Promise<RPCLink<Context>> {
    const { promise, resolve } = Promise.withResolvers<RPCLink<Context>>();
    this.#resolveLink = resolve;
    return promise;
  }
}

/** A refused WebSocket does not say why; the page itself does. */
async function isSessionUnknown(): Promise<boolean> {
  try {
    const response = await fetch('/', {
      method: 'HEAD',
      cache: 'no-store',
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    return response.status === 401 || response.status === 403;
  } catch {
    return false;
  }
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', abort));
}
