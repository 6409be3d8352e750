/**
 * The sandbox's Schema Registry: Confluent's REST API on loopback, for one developer and unchanged clients.
 *
 * The caller owns `dataDir` alone: two registries on one folder are not detected here.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WorkbenchError } from '#core/contract/errors.ts';
import { RegistryError, refusals } from './errors.ts';
import type { Route, RouteAnswer } from './http.ts';
import { registryRoutes } from './routes.ts';
import { RegistryStore } from './store.ts';

export interface RegistryOptions {
  readonly dataDir: string;
  /** A loopback name or address; 127.0.0.1 unless told. */
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Something went wrong, unless the level is `info`. */
  readonly log?: (line: string, level?: 'info') => void;
}

export interface SandboxRegistry {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Answers what is under way, then lets go of the port and the files. */
  close(): Promise<void>;
}

const contentType = 'application/vnd.schemaregistry.v1+json';
const bodyLimitBytes = 16 * 1024 * 1024;
const closeGraceMs = 1_000;

export async function openRegistry(options: RegistryOptions): Promise<SandboxRegistry> {
  const host = options.host ?? '127.0.0.1';
  if (!isLoopback(host)) {
    throw new WorkbenchError('INVALID_INPUT', `The sandbox's registry listens on loopback only, not on ${host}`, {
      object: host,
      nextStep: 'Give 127.0.0.1, ::1 or localhost.',
    });
  }
  const store = new RegistryStore(options.dataDir);
  const routes = registryRoutes(store);
  const log = options.log ?? (() => {});
  const server = createServer((request, response) => {
    respond(request, response, routes, log).catch((error) => log(`answering ${request.url}: ${error}`));
  });
  try {
    const port = await listen(server, host, options.port ?? 0);
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    log(`listening on ${url}`, 'info');
    return { url, host, port, close: () => close(server).finally(() => store.close()) };
  } catch (error) {
    store.close();
    throw error;
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  routes: readonly Route[],
  log: (line: string, level?: 'info') => void,
): Promise<void> {
  let status = 200;
  let result: RouteAnswer;
  try {
    result = await handle(request, routes);
  } catch (error) {
    // The client went away in the middle of its request.
    if (request.socket.destroyed) return;
    const refusal = error instanceof RegistryError ? error : refusals.internal();
    if (!(error instanceof RegistryError))
      log(`${request.method} ${request.url} failed: ${error instanceof Error ? error.stack : error}`);
    status = refusal.status;
    result = { json: { error_code: refusal.code, message: refusal.message } };
    // What is left of a refused body is not read.
    if (!request.complete) response.setHeader('connection', 'close');
  }
  const body = Buffer.from('text' in result ? result.text : JSON.stringify(result.json));
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length });
  response.end(body);
  if (request.method !== 'GET') log(`${request.method} ${request.url}: ${status}`, 'info');
}

async function handle(request: IncomingMessage, routes: readonly Route[]): Promise<RouteAnswer> {
  checkOrigin(request);
  const { segments, query } = readTarget(request.url ?? '/');
  const matches = routes.flatMap((route) => {
    const parameters = match(route.path, segments);
    return parameters === undefined ? [] : [{ route, parameters }];
  });
  if (matches.length === 0) throw refusals.pathNotFound();
  const found = matches.find(({ route }) => route.method === request.method);
  if (found === undefined) throw refusals.methodNotAllowed();
  const body = request.method === 'POST' || request.method === 'PUT' ? await readJson(request) : undefined;
  return found.route.answer({ parameters: found.parameters, query, body });
}

/** A page of some web site must not reach the registry through the developer's browser, whatever name it resolves to us. */
function checkOrigin(request: IncomingMessage): void {
  const origin = request.headers.origin;
  if (!isLoopbackUrl(`http://${request.headers.host ?? ''}`))
    throw refusals.forbidden('The Host header names no loopback address');
  if (origin !== undefined && !isLoopbackUrl(origin)) throw refusals.forbidden('Requests of other origins are refused');
}

function isLoopbackUrl(url: string): boolean {
  return URL.canParse(url) && isLoopback(new URL(url).hostname);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

function readTarget(target: string): { segments: readonly string[]; query: URLSearchParams } {
  const [path = '', ...rest] = target.split('?');
  const query = new URLSearchParams(rest.join('?'));
  try {
    const segments = path.replace(/\/+$/, '').split('/').slice(1).map(decodeURIComponent);
    return { segments, query };
  } catch {
    throw refusals.badRequest('The path is not valid percent-encoding');
  }
}

function match(pattern: string, segments: readonly string[]): Record<string, string> | undefined {
  const parts = pattern === '/' ? [] : pattern.split('/').slice(1);
  if (parts.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index]!;
    if (part.startsWith(':')) parameters[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return parameters;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type'];
  if (type !== undefined && !/json|octet-stream/.test(type)) throw refusals.mediaType();
  const chunks: Buffer[] = [];
  let size = 0;
  // A refused body must not take the connection with it: the answer still has to go out.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimitBytes) throw refusals.bodyTooLarge(bodyLimitBytes);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch (error) {
    throw refusals.badRequest(`The body is no JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(
        new WorkbenchError('PORT_IN_USE', `Port ${port} is taken by another program`, {
          object: `${host}:${port}`,
          nextStep: 'Choose another port for the registry, or stop the other program.',
          cause: error,
        }),
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const grace = setTimeout(() => server.closeAllConnections(), closeGraceMs);
    server.close(() => {
      clearTimeout(grace);
      resolve();
    });
    server.closeIdleConnections();
  });
}
