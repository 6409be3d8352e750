/** The clusters and registries of the workspace's pipelines, seen from the main process: opened when first needed, kept while the addresses stay. */
import { type Environment, openEnvironment } from '#core/records/clusters.ts';
import { openRegistryClient, type RegistryClient } from '#core/registry/client.ts';
import { hasSameAccess, type ResolvedConnection } from '#core/workspace/connection.ts';

export interface PipelineEnvironment extends Environment {
  readonly connection: ResolvedConnection;
  readonly registry: RegistryClient | undefined;
}

interface Opened {
  readonly connection: ResolvedConnection;
  readonly environment: Promise<PipelineEnvironment>;
}

export class PipelineEnvironments {
  readonly #resolve: (name: string) => Promise<ResolvedConnection>;
  readonly #opened = new Map<string, Opened>();

  constructor(resolve: (name: string) => Promise<ResolvedConnection>) {
    this.#resolve = resolve;
  }

  /** By the connection's name. */
  async get(name: string): Promise<PipelineEnvironment> {
    const connection = await this.#resolve(name);
    const known = this.#opened.get(name);
    if (known !== undefined && hasSameAccess(known.connection, connection)) return known.environment;
    if (known !== undefined) void close(known);
    const opened = { connection, environment: open(connection) };
    this.#opened.set(name, opened);
    opened.environment.catch(() => {
      if (this.#opened.get(name) === opened) this.#opened.delete(name);
    });
    return opened.environment;
  }

  async close(): Promise<void> {
    const all = [...this.#opened.values()];
    this.#opened.clear();
    await Promise.all(all.map(close));
  }
}

async function open(connection: ResolvedConnection): Promise<PipelineEnvironment> {
  const environment = await openEnvironment(connection);
  const registry = connection.registry === undefined ? undefined : openRegistryClient(connection.registry);
  return { ...environment, connection, registry };
}

async function close({ environment }: Opened): Promise<void> {
  await environment.then(({ cluster }) => cluster.close()).catch(() => {});
}
