/**
 * The host without Electron: the page and the contract over WebSocket, on loopback only, for whoever holds the token.
 *
 * `/?token=…` logs a browser in and is redirected to `/` at once, so the token does not stay in the address bar.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AnyRouter } from '@orpc/server';
import { RPCHandler } from '@orpc/server/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { CallContext } from '#core/contract/journal.ts';
import { securityHeaders } from '#core/contract/page-policy.ts';
import { errorsAsData } from '#core/contract/serve.ts';
import { wireSerializers } from '#core/contract/wire-values.ts';
import { apiPrefix } from './description.ts';
import { Guard } from './guard.ts';
import { createOpenApi, type OpenApi } from './openapi.ts';
import { servePage } from './page.ts';

const address = '127.0.0.1';
const largestMessageBytes = 16 * 1024 * 1024;

/** No program registered it; the same at each start, so that a browser keeps this page's settings. */
export const usualPort = 7391;

export interface HostOptions {
  readonly router: AnyRouter;
  readonly version: string;
  /** The built renderer. */
  readonly pageDir: string;
  /** Tried first; any free port when it is taken. */
  readonly preferredPort: number;
  /** Given on the command line: a taken port is an error then. */
  readonly port?: number | undefined;
}

export interface Host {
  /** `http://127.0.0.1:7391` */
  readonly address: string;
  readonly token: string;
  /** The address with the token: what a person opens. */
  readonly url: string;
  close(): Promise<void>;
}

export async function openHost(options: HostOptions): Promise<Host> {
  const server = createServer();
  const guard = new Guard(() => {
    const { port } = server.address() as AddressInfo;
    return [`${address}:${port}`, `localhost:${port}`];
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestMessageBytes });
  const rpc = new RPCHandler(options.router, {
    clientInterceptors: [errorsAsData],
    customJsonSerializers: [...wireSerializers],
  });
  const serve = (socket: WebSocket): void => {
    // What is no message of ours, a larger one among them: ws ends the connection and says why.
    socket.on('error', () => {});
    void rpc.upgrade(socket, { context: { from: 'browser' } satisfies CallContext });
  };
  const served = { guard, pageDir: options.pageDir, api: createOpenApi(options.router, options.version) };
  server.on('request', (request, response) => answer(request, response, served));
  server.on('upgrade', (request, socket, head) => {
    // Node takes its own listener away: a caller that is gone must not end this process.
    socket.on('error', () => socket.destroy());
    if (mayUpgrade(request, guard)) sockets.handleUpgrade(request, socket, head, (open) => serve(open));
    else socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
  });
  const port = await listen(server, options);
  const base = `http://${address}:${port}`;
  return {
    address: base,
    token: guard.token,
    url: `${base}/?token=${guard.token}`,
    close: () => closeAll(server, sockets),
  };
}

interface Served {
  readonly guard: Guard;
  readonly pageDir: string;
  readonly api: OpenApi;
}

function answer(request: IncomingMessage, response: ServerResponse, { guard, pageDir, api }: Served): void {
  if (!guard.isOurHost(request) || !guard.isOurOrigin(request)) {
    refuse(response, 403, 'This address answers only to pages it served itself.');
    return;
  }
  const url = URL.parse(request.url ?? '/', `http://${request.headers.host}`);
  if (url === null) {
    refuse(response, 400, 'This is no address.');
    return;
  }
  const isApi = url.pathname === apiPrefix || url.pathname.startsWith(`${apiPrefix}/`);
  if (isApi && guard.isAuthenticated(request)) {
    void api.answer(request, response);
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse(response, 405, 'Only GET is served here.');
    return;
  }
  if (guard.isToken(url.searchParams.get('token'))) {
    response.writeHead(303, { ...securityHeaders, location: '/', 'set-cookie': guard.setCookie(request) }).end();
  } else if (guard.isAuthenticated(request)) {
    servePage(response, pageDir, url.pathname);
  } else {
    refuse(response, 401, 'Open the address that Mercury Workbench printed when it started: it holds the key.');
  }
}

function mayUpgrade(request: IncomingMessage, guard: Guard): boolean {
  return (
    request.url === '/rpc' && guard.isOurHost(request) && guard.isOurOrigin(request) && guard.isAuthenticated(request)
  );
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...securityHeaders, 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

async function listen(server: Server, options: HostOptions): Promise<number> {
  const candidates = options.port === undefined ? [options.preferredPort, 0] : [options.port];
  for (const port of candidates) {
    server.listen(port, address);
    try {
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new WorkbenchError('PORT_IN_USE', `port ${options.port} is taken by another program`, {
    object: `${address}:${options.port}`,
    nextStep: 'Choose another with --port, or leave it out for a free one.',
  });
}

async function closeAll(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.terminate();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
