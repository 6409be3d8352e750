/**
 * The contract over the desktop shell's MessagePort: asked for once, there until the window closes.
 *
 * Calls made before the port came wait for it. The other end is the process that made this window: when it ends, so does the
 * window, so nothing here tries again.
 */
import type { ClientLink, ClientOptions } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { wireSerializers } from '#core/contract/wire-values.ts';
import { useConnection } from './connection.ts';

/** What the shell's preload script puts on `window`; the port comes as a message event with this text as its data. */
interface DesktopBridge {
  requestPort(): void;
}
const portMessage = 'mercury:port';

type Context = Record<never, never>;

export class MessagePortLink implements ClientLink<Context> {
  readonly #link: Promise<RPCLink<Context>>;

  constructor(bridge: DesktopBridge) {
    this.#link = receivePort().then(openLink);
    bridge.requestPort();
  }

  async call(path: readonly string[], input: unknown, options: ClientOptions<Context>): Promise<unknown> {
    return (await this.#link).call(path, input, options);
  }

  tryNow(): void {}
}

/** Undefined in a browser. */
export function desktopBridge(): DesktopBridge | undefined {
  return (globalThis as { mercuryDesktop?: DesktopBridge }).mercuryDesktop;
}

function receivePort(): Promise<MessagePort> {
  return new Promise((resolve) => {
    const receive = (event: MessageEvent): void => {
      const [port] = event.ports;
      if (event.source !== window || event.data !== portMessage || port === undefined) return;
      removeEventListener('message', receive);
      resolve(port);
    };
    addEventListener('message', receive);
  });
}

function openLink(port: MessagePort): RPCLink<Context> {
  const link = new RPCLink<Context>({ port, customJsonSerializers: [...wireSerializers] });
  port.addEventListener('close', () => useConnection.setState({ phase: 'lost', nextTryAt: null, tries: 0 }));
  port.start();
  useConnection.setState({ phase: 'open', nextTryAt: null, tries: 0 });
  return link;
}
