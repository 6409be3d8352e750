/** The listening socket, and the way of one request: header, protocol table, handler, response. */
import { createServer, type Server } from 'node:net';
import type { Api, Call, Node } from './api.ts';
import { Connection, type Response } from './connection.ts';
import { ErrorCode } from './wire/error-codes.ts';
import { Reader, WireError } from './wire/reader.ts';
import { Writer } from './wire/writer.ts';

/** Kafka's `socket.request.max.bytes`. */
const maxRequestBytes = 104_857_600;
const apiVersionsKey = 18;

export interface BrokerServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly log: (line: string) => void;
  /** Asked at the first request, when the port is known. */
  readonly node: () => Node;
}

export async function listen(options: ServerOptions): Promise<BrokerServer> {
  const connections = new Set<Connection>();
  const server = createServer((socket) => {
    const connection = new Connection(socket, {
      maxRequestBytes,
      answer: (request, from) => answer(options.node(), request, from),
      onFault: (error, from) => options.log(`connection of ${from.peer} closed: ${describe(error)}`),
    });
    connections.add(connection);
    socket.on('close', () => connections.delete(connection));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: options.host, port: options.port, backlog: 512 }, () => resolve());
  });
  return { port: portOf(server), close: () => close(server, connections) };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function close(server: Server, connections: ReadonlySet<Connection>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const connection of connections) connection.close();
  await closed;
}

function describe(error: unknown): string {
  if (error instanceof WireError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function answer(node: Node, request: Buffer, connection: Connection): Response | Promise<Response> {
  const key = request.readInt16BE(0);
  const version = request.readInt16BE(2);
  const correlationId = request.readInt32BE(4);
  const api = node.apis.find((known) => known.key === key);
  if (api === undefined) throw new WireError(`API ${key} is not supported`);
  if (version < api.min || version > api.max) {
    if (key === apiVersionsKey) return unsupportedApiVersions(api, correlationId);
    throw new WireError(`version ${version} of ${api.name} is not supported`);
  }
  const flexible = version >= api.flexibleSince;
  const reader = new Reader(request, version, flexible, 8);
  const call: Call = {
    node,
    version,
    clientId: readClientId(reader),
    clientHost: `/${connection.peer}`,
    readBuffer: connection.readBuffer,
    closed: connection.signal,
  };
  const write = (body: ((writer: Writer) => void) | undefined): Response => {
    if (body === undefined) return undefined;
    const writer = new Writer(version, flexible);
    writer.int32(correlationId);
    // The header of an ApiVersions response has no tags: its reader does not know yet what the broker speaks.
    if (flexible && key !== apiVersionsKey) writer.unsignedVarint(0);
    body(writer);
    return writer.chunks();
  };
  const body = api.answer(reader, call);
  return body instanceof Promise ? body.then(write) : write(body);
}

/** The client id is never compact; in flexible versions tags follow it. */
function readClientId(reader: Reader): string {
  const length = reader.int16();
  const clientId = length < 0 ? '' : reader.utf8(length);
  if (!reader.flexible) return clientId;
  for (let tags = reader.unsignedVarint(); tags > 0; tags--) {
    reader.unsignedVarint();
    reader.skip(reader.unsignedVarint());
  }
  return clientId;
}

/** The one API whose unknown versions are answered: in version 0, with the versions that exist. */
function unsupportedApiVersions(api: Api, correlationId: number): Response {
  const writer = new Writer(0, false);
  writer.int32(correlationId);
  writer.int16(ErrorCode.unsupportedVersion);
  writer.int32(1);
  writer.int16(api.key);
  writer.int16(api.min);
  writer.int16(api.max);
  return writer.chunks();
}
