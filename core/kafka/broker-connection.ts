/**
 * One TCP connection to one broker: requests in the newest version both sides know, errors as `WorkbenchError`.
 *
 * A broker answers the requests of a connection in order, so a long poll blocks what is sent after it: fetchers open
 * connections of their own.
 */
import {
  type API,
  apiVersionsV3,
  Connection,
  type Reader,
  type ResponseParser,
  type Writer,
} from '@platformatic/kafka';
import type { WorkbenchError } from '#core/contract/errors.ts';
import type { KafkaAccess } from '#core/workspace/connection.ts';
import { securityOptions } from './auth.ts';
import { addressOf, type BrokerAddress } from './broker-address.ts';
import { affordable, spend, untilAffordable } from './budget.ts';
import { kafkaError, notOffered, unreachable } from './error.ts';
import { type NamedGuard, refuseTopic, refuseWrite } from './guard.ts';
import { fetchApiKey } from './protocol/fetch-request.ts';

export interface BrokerConnectionOptions {
  readonly clientId: string;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly security?: Pick<KafkaAccess, 'tls' | 'sasl'> | undefined;
  readonly guard?: NamedGuard | undefined;
}

/** A request in bytes of our own (`protocol/`), sent in the newest version that the broker knows too. */
export interface RawRequest<Response> {
  readonly apiKey: number;
  /** From `firstFlexible` on there are tagged fields in both headers. */
  readonly versions: { readonly min: number; readonly max: number; readonly firstFlexible: number };
  readonly write: (version: number) => Writer;
  readonly parse: (reader: Reader, version: number) => Response;
}

/**
 * The versions in which a request may be sent, newest first, all of them called as the newest: what an older one does not know
 * it leaves out of the request, and of the answer.
 */
export function newestFirst<Args extends unknown[], Response>(
  newest: API<Args, Response>,
  ...older: ReadonlyArray<{ readonly key: number; readonly version: number }>
): ReadonlyArray<API<Args, Response>> {
  return [newest, ...(older as ReadonlyArray<API<Args, Response>>)];
}

interface OpenedConnection {
  readonly address: string;
  readonly connection: Connection;
  readonly versions: ReadonlyMap<number, apiVersionsV3.ApiVersionsResponseApi>;
  readonly guard: NamedGuard | undefined;
  readonly hasLogin: boolean;
}

export class BrokerConnection {
  readonly address: string;
  readonly #connection: Connection;
  readonly #versions: ReadonlyMap<number, apiVersionsV3.ApiVersionsResponseApi>;
  readonly #guard: NamedGuard | undefined;
  readonly #hasLogin: boolean;
  readonly #closing = new AbortController();
  #hasAnswered = false;

  constructor({ address, connection, versions, guard, hasLogin }: OpenedConnection) {
    this.address = address;
    this.#connection = connection;
    this.#versions = versions;
    this.#guard = guard;
    this.#hasLogin = hasLogin;
    connection.on('close', () => this.#closing.abort());
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  onClose(listener: () => void): void {
    this.#connection.once('close', listener);
  }

  /** The highest version of an API up to `max` that the broker knows too; undefined when there is none from `min` on. */
  #version(apiKey: number, min: number, max: number): number | undefined {
    const range = this.#versions.get(apiKey);
    if (range === undefined) return undefined;
    const highest = Math.min(max, range.maxVersion);
    return highest >= Math.max(min, range.minVersion) ? highest : undefined;
  }

  /** Sends with the first of `choices` (`newestFirst`) that the broker knows. `object` names in errors what it is about. */
  async call<Args extends unknown[], Response>(
    choices: ReadonlyArray<API<Args, Response>>,
    object: string,
    ...args: Args
  ): Promise<Response> {
    const choice = choices.find((api) => this.#version(api.key, api.version, api.version) !== undefined);
    const { key = -1, version: max = -1 } = choices[0] ?? {};
    refuseWrite(this.#guard, key);
    if (choice === undefined) throw notOffered(this.address, key, { min: choices.at(-1)?.version ?? max, max });
    try {
      const response = await choice.async(this.#connection, ...args);
      this.#hasAnswered = true;
      return response;
    } catch (error) {
      throw this.#failed(error, object);
    }
  }

  /** Of one topic: Fetch and Produce. A fetch waits for the budget of the connection first. */
  async send<Response>(request: RawRequest<Response>, topic: string): Promise<Response> {
    const { apiKey, versions, write } = request;
    const version = this.#version(apiKey, versions.min, versions.max);
    if (version === undefined) throw notOffered(this.address, apiKey, versions);
    if (apiKey === fetchApiKey) await this.#untilAffordable();
    refuseWrite(this.#guard, apiKey);
    refuseTopic(this.#guard, topic);
    const parse: ResponseParser<Response> = (_id, _key, _version, reader) => {
      if (apiKey === fetchApiKey && this.#guard !== undefined) spend(this.#guard.guard, reader.remaining);
      return request.parse(reader, version);
    };
    const tags = version >= versions.firstFlexible;
    return new Promise((resolve, reject) => {
      const answered = (error: Error | null, response?: Response): void => {
        if (error) reject(this.#failed(error, topic));
        else resolve(response as Response);
      };
      this.#connection.send<Response>(apiKey, version, () => write(version), parse, tags, tags, answered);
    });
  }

  /** How many bytes of records to ask for at once, of those wanted. */
  affordable(bytes: number): number {
    return affordable(this.#guard?.guard, bytes);
  }

  /** Closes at once; requests on their way fail as unreachable. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#connection.close();
  }

  async #untilAffordable(): Promise<void> {
    if (this.#guard !== undefined) await untilAffordable(this.#guard.guard, this.#closing.signal);
    if (this.isClosed) throw unreachable(this.address, new Error('closed while waiting for the budget'));
  }

  #failed(error: unknown, object: string): WorkbenchError {
    const mapped = kafkaError(error, this.address, object);
    // The library loses its place in the stream when an answer comes after its timeout, so such a connection is done.
    if (mapped.code === 'KAFKA_UNREACHABLE') void this.close();
    const isExplained = this.#hasLogin || this.#hasAnswered || mapped.code !== 'KAFKA_UNREACHABLE';
    return isExplained ? mapped : unreachable(this.address, error, wantsLogin);
  }
}

/** A broker tells its versions to anyone, then ends the connection of who did not log in, without a word. */
const wantsLogin = 'If it ends every connection at its first request, it wants a login: choose SASL as the security.';

/** With TLS 1.3 the certificate is refused after the handshake, when this side thinks it is connected. */
const wantsCertificate =
  'If it ends every connection at once, it wants a client certificate, or another than this one.';

/** Connects, logs in where there is a login, and asks for the broker's API versions. */
export async function openBrokerConnection(
  broker: BrokerAddress,
  options: BrokerConnectionOptions,
  signal?: AbortSignal,
): Promise<BrokerConnection> {
  const address = addressOf(broker);
  const connection = new Connection(options.clientId, {
    connectTimeout: options.connectTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    ...securityOptions(options.security ?? {}, broker.host),
  });
  // Without a listener a late socket error would end the process; requests on their way learn of it by 'close'.
  connection.on('error', () => {});
  const abort = (): void => {
    if (connection.status === 'connecting') connection.socket.destroy(new Error('closed while connecting'));
    else void connection.close();
  };
  signal?.addEventListener('abort', abort, { once: true });
  let wasReached = false;
  try {
    signal?.throwIfAborted();
    await connection.connect(broker.host, broker.port);
    wasReached = true;
    const { apiKeys } = await apiVersionsV3.api.async(connection, 'mercury-workbench', '0.1.0');
    const hasLogin = options.security?.sasl !== undefined;
    const versions = new Map(apiKeys.map((api) => [api.apiKey, api]));
    return new BrokerConnection({ address, connection, versions, guard: options.guard, hasLogin });
  } catch (error) {
    void connection.close();
    if (signal?.aborted) throw unreachable(address, new Error('closed while connecting'));
    const failure = kafkaError(error, address);
    const isCut = options.security?.tls !== undefined && failure.code === 'KAFKA_UNREACHABLE' && wasReached;
    throw isCut ? unreachable(address, error, wantsCertificate) : failure;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
