/**
 * Serves the built renderer with the real security headers and a router over the real transport: what a browser test
 * needs of the host, for states that are hard to reach on the real one. `drop` cuts connections, `refuse` keeps them out.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AnyRouter } from '@orpc/server';
import { RPCHandler } from '@orpc/server/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { errorsAsData } from '#core/contract/serve.ts';
import { wireSerializers } from '#core/contract/wire-values.ts';
import { servePage } from '#core/http/page.ts';
import { buildPage } from './built-page.ts';

export interface FakeHost {
  readonly url: string;
  /** Ends all connections and refuses new ones until `accept`. */
  drop(): void;
  accept(): void;
  close(): Promise<void>;
}

export async function openFakeHost(router: AnyRouter): Promise<FakeHost> {
  const pageDir = await buildPage();
  const rpc = new RPCHandler(router, {
    clientInterceptors: [errorsAsData],
    customJsonSerializers: [...wireSerializers],
  });
  const sockets = new WebSocketServer({ noServer: true });
  let isAccepting = true;
  const server = createServer((request, response) => {
    servePage(response, pageDir, new URL(request.url ?? '/', 'http://host').pathname);
  });
  server.on('upgrade', (request, socket, head) => {
    if (isAccepting) sockets.handleUpgrade(request, socket, head, (open) => serve(open));
    else socket.destroy();
  });
  const serve = (socket: WebSocket): void => void rpc.upgrade(socket, { context: {} });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    drop() {
      isAccepting = false;
      for (const socket of sockets.clients) socket.terminate();
    },
    accept() {
      isAccepting = true;
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
