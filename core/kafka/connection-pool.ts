/** One connection for each key: opened when it is first asked for, and again once it was closed; who asks meanwhile shares it. */
import type { BrokerConnection } from './broker-connection.ts';

export class ConnectionPool<Key> {
  readonly #connections = new Map<Key, Promise<BrokerConnection>>();

  async get(key: Key, open: () => Promise<BrokerConnection>): Promise<BrokerConnection> {
    const known = this.#connections.get(key);
    if (known === undefined) return this.#begin(key, open());
    const connection = await known;
    if (!connection.isClosed) return connection;
    this.#forget(key, known);
    return this.get(key, open);
  }

  async close(): Promise<void> {
    const all = [...this.#connections.values()];
    this.#connections.clear();
    await Promise.all(all.map((connection) => connection.then((one) => one.close()).catch(() => {})));
  }

  #begin(key: Key, opening: Promise<BrokerConnection>): Promise<BrokerConnection> {
    this.#connections.set(key, opening);
    opening.catch(() => this.#forget(key, opening));
    return opening;
  }

  /** Unless another has taken its place. */
  #forget(key: Key, connection: Promise<BrokerConnection>): void {
    if (this.#connections.get(key) === connection) this.#connections.delete(key);
  }
}
