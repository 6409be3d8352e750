/** The cluster and registry that pages and commands read from, opened when first needed and again when the addresses change. */

import { WorkbenchError } from '#core/contract/errors.ts';
import { type Cluster, openCluster } from '#core/kafka/connect.ts';
import { openRegistryClient } from '#core/registry/client.ts';
import type { DecodeContext } from '#core/serde/formats/format.ts';
import type { ResolvedConnection } from '#core/workspace/connection.ts';

export interface Environment {
  readonly cluster: Cluster;
  /** Where decoding finds schemas. */
  readonly schemas: DecodeContext;
}

export class Clusters {
  readonly #resolve: () => Promise<ResolvedConnection>;
  #open: { readonly key: string; readonly environment: Promise<Environment> } | undefined;

  constructor(resolve: () => Promise<ResolvedConnection>) {
    this.#resolve = resolve;
  }

  async get(): Promise<Environment> {
    const connection = await this.#resolve();
    const key = JSON.stringify([connection.kafka.brokers, connection.registry?.url]);
    if (this.#open?.key !== key) {
      await this.close();
      this.#open = { key, environment: openEnvironment(connection) };
    }
    const { environment } = this.#open;
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
  const cluster = await openCluster({ brokers: connection.kafka.brokers });
  return { cluster, schemas: connection.registry === undefined ? noRegistry : openRegistryClient(connection.registry) };
}

const noRegistry: DecodeContext = {
  schemaById: (id) => {
    const reason = `schema ${id} is not known: this connection has no Schema Registry`;
    return Promise.reject(new WorkbenchError('REGISTRY_NOT_FOUND', reason, { nextStep: 'Name it with --registry.' }));
  },
};
