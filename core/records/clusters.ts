/**
 * The cluster and registry that pages and commands read from: those of the connection in use, opened when first needed and
 * again when it is another one, or its addresses or credentials change.
 */
import { WorkbenchError } from '#core/contract/errors.ts';
import { type Cluster, clusterOf, openCluster } from '#core/kafka/connect.ts';
import { openRegistryClient, type RegistryClient } from '#core/registry/client.ts';
import type { DecodeContext } from '#core/serde/formats/format.ts';
import { hasSameAccess, type ResolvedConnection } from '#core/workspace/connection.ts';

export interface Environment {
  readonly connection: ResolvedConnection;
  readonly cluster: Cluster;
  /** Where decoding finds schemas. */
  readonly schemas: DecodeContext;
  /** Undefined where the connection names none. */
  readonly registry: RegistryClient | undefined;
}

export class Clusters {
  readonly #resolve: () => Promise<ResolvedConnection>;
  #open: { readonly connection: ResolvedConnection; readonly environment: Promise<Environment> } | undefined;

  constructor(resolve: () => Promise<ResolvedConnection>) {
    this.#resolve = resolve;
  }

  async get(): Promise<Environment> {
    const connection = await this.#resolve();
    let open = this.#open;
    if (open === undefined || !hasSameAccess(open.connection, connection)) {
      void this.close();
      open = { connection, environment: openEnvironment(connection) };
      this.#open = open;
    }
    const { environment } = open;
    environment.catch(() => {
      if (this.#open?.environment === environment) this.#open = undefined;
    });
    return environment;
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.environment.then(({ cluster }) => cluster.close()).catch(() => {});
  }
}

export async function openEnvironment(connection: ResolvedConnection): Promise<Environment> {
  const cluster = await openCluster(clusterOf(connection));
  const registry = connection.registry === undefined ? undefined : openRegistryClient(connection.registry);
  return { connection, cluster, schemas: registry ?? noRegistry, registry };
}

const noRegistry: DecodeContext = {
  schemaById: (id) => {
    const reason = `schema ${id} is not known: this connection has no Schema Registry`;
    return Promise.reject(new WorkbenchError('REGISTRY_NOT_FOUND', reason, { nextStep: 'Name it with --registry.' }));
  },
};
