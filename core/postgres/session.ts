/**
 * One connection to Postgres, used by one owner and one statement at a time.
 *
 * Every error that leaves it is a WorkbenchError; the address in it never has the password.
 */
import { Client } from 'pg';
import { WorkbenchError } from '#core/contract/errors.ts';
import { CopyIn } from './copy-in.ts';
import { fromPostgres, sqlStateOf, verdictOf } from './sqlstate.ts';

export interface SessionOptions {
  readonly url: string;
  /** Shown in pg_stat_activity: `mercury/<pipeline>`. */
  readonly application: string;
  /** Memory for temporary tables, in megabytes; the server's default when left out. */
  readonly tempBuffersMb?: number;
}

export type Row = Readonly<Record<string, unknown>>;

const connectTimeoutMs = 10_000;
const closeTimeoutMs = 2_000;

/** Throws `SINK_UNREACHABLE` (retryable), or `PREFLIGHT_FAILED` when the server refuses this user or database. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const client = createClient(options);
  const session = new Session(client, addressOf(client));
  try {
    await client.connect();
    await client.query(settings(options));
  } catch (error) {
    await session.close();
    throw refusedAtOpen(error, session.address);
  }
  return session;
}

function createClient({ url, application }: SessionOptions): Client {
  try {
    return new Client({
      connectionString: url,
      application_name: application.slice(0, 63),
      connectionTimeoutMillis: connectTimeoutMs,
      // A server that vanished is noticed half a minute later, not after the system's two hours.
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
  } catch {
    // Without the cause: it may quote the address, password included.
    throw new WorkbenchError('INVALID_INPUT', 'The address of Postgres is not a valid URL.', {
      nextStep: 'Write it as postgres://user:password@host:port/database.',
    });
  }
}

/** What a role or database may have set otherwise and what our statements rely on. */
function settings({ tempBuffersMb }: SessionOptions): string {
  return [
    'SET statement_timeout = 0',
    'SET lock_timeout = 0',
    'SET idle_in_transaction_session_timeout = 0',
    'SET client_min_messages = warning',
    "SET default_transaction_isolation = 'read committed'",
    'SET default_transaction_deferrable = off',
    ...(tempBuffersMb === undefined ? [] : [`SET temp_buffers = '${tempBuffersMb}MB'`]),
  ].join('; ');
}

function addressOf(client: Client): string {
  return `${client.host}:${client.port}/${client.database ?? ''}`;
}

/** A row can't be to blame yet. */
function refusedAtOpen(error: unknown, address: string): WorkbenchError {
  const mapped = fromPostgres(error, address);
  if (verdictOf(sqlStateOf(error)) !== 'rejected') return mapped;
  return new WorkbenchError('PREFLIGHT_FAILED', mapped.message, { object: address, cause: error });
}

export class Session {
  /** host:port/database, for messages. */
  readonly address: string;
  readonly #client: Client;
  #isUsable = true;
  #closing: Promise<void> | undefined;

  constructor(client: Client, address: string) {
    this.#client = client;
    this.address = address;
    const lost = () => {
      this.#isUsable = false;
    };
    // Without a listener a broken idle connection would end the process.
    client.on('error', lost);
    client.on('end', lost);
  }

  /** False once the connection broke or was closed: open another session then. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /** Rows of the last statement. `object` names what an error is about. Without `values`, several statements may be given. */
  async query<R extends Row = Row>(sql: string, object: string, values?: readonly unknown[]): Promise<readonly R[]> {
    try {
      const result: unknown = await this.#client.query<R>(sql, values === undefined ? undefined : [...values]);
      const last: unknown = Array.isArray(result) ? result.at(-1) : result;
      return (last as { rows: readonly R[] }).rows;
    } catch (error) {
      throw fromPostgres(error, object);
    }
  }

  /** `sql` ends with a `COPY … FROM STDIN`. `data` must not change until this settles. */
  async copyIn(sql: string, data: Uint8Array, object: string): Promise<void> {
    try {
      await this.#client.query(new CopyIn(sql, data)).done;
    } catch (error) {
      throw fromPostgres(error, object);
    }
  }

  /** Ends the connection, also in the middle of a statement. Never throws. */
  close(): Promise<void> {
    this.#isUsable = false;
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    const timer = setTimeout(() => this.#client.connection.stream.destroy(), closeTimeoutMs);
    await this.#client.end().catch(() => {});
    clearTimeout(timer);
  }
}
