/**
 * The contract over a MessagePort: a page asks for its port, gets one when it is our own page in the main frame, and talks
 * through it until it asks again (after a reload), crashes or is closed.
 */
import type { AnyRouter } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { type IpcMainEvent, ipcMain, MessageChannelMain, type MessagePortMain, type WebContents } from 'electron';
import type { CallContext } from '#core/contract/journal.ts';
import { errorsAsData } from '#core/contract/serve.ts';
import { wireSerializers } from '#core/contract/wire-values.ts';
import { channels } from './channels.ts';
import { isTrustedSender } from './origin.ts';

/** The server's end of a port. Its own class, since Electron tells only the other end when a port is closed. */
class ServedPort {
  readonly #port: MessagePortMain;
  readonly #onClose: Array<() => void> = [];

  constructor(port: MessagePortMain) {
    this.#port = port;
    port.once('close', () => this.#closed());
  }

  on(event: string, listener: (event?: { data: unknown }) => void): void {
    if (event === 'message') this.#port.on('message', listener);
    else this.#onClose.push(listener);
  }

  postMessage(data: unknown): void {
    this.#port.postMessage(data);
  }

  /** Ends what was under way for the page: streams stop, signals abort. */
  close(): void {
    this.#port.close();
    this.#closed();
  }

  #closed(): void {
    for (const listener of this.#onClose.splice(0)) listener();
  }
}

export function serveRpc(router: AnyRouter, log: (line: string) => void): void {
  const handler = new RPCHandler(router, {
    clientInterceptors: [errorsAsData],
    customJsonSerializers: [...wireSerializers],
  });
  const served = new WeakMap<WebContents, ServedPort>();
  const close = (contents: WebContents): void => {
    served.get(contents)?.close();
    served.delete(contents);
  };
  onTrusted(channels.requestPort, log, ({ sender }) => {
    close(sender);
    const { port1, port2 } = new MessageChannelMain();
    const port = new ServedPort(port1);
    served.set(sender, port);
    sender.once('destroyed', () => close(sender));
    sender.once('render-process-gone', () => close(sender));
    handler.upgrade(port, { context: { from: 'window' } satisfies CallContext });
    port1.start();
    sender.postMessage(channels.port, null, [port2]);
  });
}

/** The only way a message of a page reaches the main process. */
function onTrusted(channel: string, log: (line: string) => void, listener: (event: IpcMainEvent) => void): void {
  ipcMain.on(channel, (event) => {
    if (isTrustedSender(event.senderFrame)) listener(event);
    else log(`refused ${channel} from ${event.senderFrame?.url ?? 'a frame that is gone'}`);
  });
}
