/** The clusters and registries of the workspace's pipelines, seen from the main process, by the name of the connection. */
import { Clusters, type Environment } from '#core/records/clusters.ts';
import type { ResolvedConnection } from '#core/workspace/connection.ts';

export class PipelineEnvironments {
  readonly #resolve: (name: string) => Promise<ResolvedConnection>;
  readonly #byName = new Map<string, Clusters>();

  constructor(resolve: (name: string) => Promise<ResolvedConnection>) {
    this.#resolve = resolve;
  }

  get(name: string): Promise<Environment> {
    const known = this.#byName.get(name) ?? new Clusters(() => this.#resolve(name));
    this.#byName.set(name, known);
    return known.get();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byName.values()].map((clusters) => clusters.close()));
  }
}
