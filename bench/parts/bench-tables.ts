/** Tables to write to: new, empty and alike for everyone, made by the sink itself. */
import { Client } from 'pg';
import type { Field } from '#core/columns/type.ts';
import { postgresSink } from '#core/sinks/postgres.ts';
import type { Servers } from './sandbox.ts';

const schema = 'mercury_bench';

export class BenchTables implements AsyncDisposable {
  readonly #client: Client;
  readonly #servers: Servers;
  readonly #fields: readonly Field[];

  private constructor(client: Client, servers: Servers, fields: readonly Field[]) {
    this.#client = client;
    this.#servers = servers;
    this.#fields = fields;
  }

  static async open(servers: Servers, fields: readonly Field[]): Promise<BenchTables> {
    const client = new Client({ connectionString: servers.postgres });
    await client.connect();
    return new BenchTables(client, servers, fields);
  }

  async serverVersion(): Promise<string> {
    const { rows } = await this.#client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]!.server_version;
  }

  /** Drops what was written before and checkpoints, so that nobody pays for the one before. Answers `schema.name`. */
  async make(name: string): Promise<string> {
    await this.#client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE; CREATE SCHEMA ${schema}`);
    const table = `${schema}.${name}`;
    const spec = postgresSink.spec.parse({ type: 'postgres', table, key: ['flight_id'] });
    const sink = await postgresSink.open(spec, {
      pipeline: 'bench',
      sink: 'postgres',
      clusterId: 'bench',
      topicId: 'bench',
      fields: this.#fields,
      connection: {
        name: 'bench',
        kafka: { brokers: [] },
        registry: undefined,
        postgres: { url: this.#servers.postgres },
      },
      log: () => {},
    });
    await sink.close();
    await this.#client.query('CHECKPOINT');
    return table;
  }

  /** Throws unless the table holds `rows` rows: a rate of anything else would not count. */
  async expectRows(table: string, rows: number): Promise<void> {
    const { rows: found } = await this.#client.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
    if (Number(found[0]!.count) !== rows) throw new Error(`${table} has ${found[0]!.count} rows, not ${rows}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await this.#client.end();
  }
}
