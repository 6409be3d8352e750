/**
 * A TCP proxy that understands where a message begins and ends: it stops the world at a named message.
 *
 * Each whole message is shown to `trap` before it is passed on; while the trap thinks, that direction of that connection
 * waits. What is dropped or half written leaves the peer with a stream as a cut cable would.
 */
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';

export type Side = 'client' | 'server';

/** One connection's view of a protocol; it may remember what was said before. */
export interface Conversation<Message> {
  /** Of the first message in `pending`; undefined while that can't be told yet. */
  lengthOf(from: Side, pending: Buffer): number | undefined;
  /** Called once for each message, in order; `bytes` may be changed in place. */
  read(from: Side, bytes: Buffer): Message;
}

export type Passing<Message> = Message & {
  readonly from: Side;
  readonly connection: number;
  readonly bytes: Buffer;
  /** Sends bytes in the message's direction; resolves when the kernel has them. */
  write(bytes: Buffer): Promise<void>;
};

export type Verdict = 'pass' | 'drop';
export type Trap<Message> = (message: Passing<Message>) => Verdict | Promise<Verdict>;

export interface ProxyOptions<Message> {
  /** The port on loopback to pass to. */
  readonly port: number;
  readonly converse: (proxyPort: number) => Conversation<Message>;
}

export async function openProxy<Message extends object>(options: ProxyOptions<Message>): Promise<StepProxy<Message>> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new StepProxy(server, options);
}

export class StepProxy<Message extends object> {
  readonly port: number;
  trap: Trap<Message> | undefined;
  readonly #options: ProxyOptions<Message>;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #connections = 0;

  constructor(server: Server, options: ProxyOptions<Message>) {
    this.#server = server;
    this.#options = options;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (client) => this.#connect(client));
  }

  /** Breaks every connection at once, both ends; what was not written yet is gone. */
  sever(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.sever();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #connect(client: Socket): void {
    const connection = this.#connections++;
    const server = createConnection({ host: '127.0.0.1', port: this.#options.port });
    const end = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    }
    const conversation = this.#options.converse(this.port);
    const pump = (from: Side, source: Socket, target: Socket): Promise<void> =>
      this.#pump(messagesOf(source, from, conversation), { from, connection, conversation, target });
    void Promise.race([pump('client', client, server), pump('server', server, client)])
      .catch(() => {})
      .then(end);
  }

  async #pump(
    messages: AsyncIterable<Buffer>,
    way: { from: Side; connection: number; conversation: Conversation<Message>; target: Socket },
  ): Promise<void> {
    const { from, connection, conversation, target } = way;
    const write = (some: Buffer): Promise<void> => writeTo(target, some);
    for await (const bytes of messages) {
      const message = { ...conversation.read(from, bytes), from, connection, bytes, write };
      if ((await this.trap?.(message)) === 'drop') continue;
      await write(bytes);
    }
  }
}

async function* messagesOf(source: Socket, from: Side, conversation: Conversation<object>): AsyncIterable<Buffer> {
  let parts: Buffer[] = [];
  let size = 0;
  let needed = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    parts.push(chunk);
    size += chunk.length;
    if (size < needed) continue;
    let pending = Buffer.concat(parts);
    for (;;) {
      needed = conversation.lengthOf(from, pending) ?? 0;
      if (needed === 0 || pending.length < needed) break;
      yield pending.subarray(0, needed);
      pending = pending.subarray(needed);
    }
    parts = [pending];
    size = pending.length;
  }
}

function writeTo(target: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    if (target.destroyed) reject(new Error('the connection is gone'));
    else target.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
