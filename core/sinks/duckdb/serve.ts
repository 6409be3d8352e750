/** The owner's end: opens sinks for other processes and does what they ask. */
import { randomUUID } from 'node:crypto';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { Sink, StagedBatch } from '#core/pipeline/component.ts';
import { type SinkApi, unpackBatch } from './messages.ts';
import type { DuckDbOwner } from './owner.ts';

interface Served {
  readonly client: string;
  readonly sink: Sink;
  readonly staged: Map<string, StagedBatch>;
}

export class SinkServer {
  readonly #owner: DuckDbOwner;
  readonly #sinks = new Map<string, Served>();
  /** How often a client's process was found gone. */
  readonly #releases = new Map<string, number>();

  constructor(owner: DuckDbOwner) {
    this.#owner = owner;
  }

  /** The methods as `client` may call them. */
  api(client: string): SinkApi {
    return {
      open: async ({ spec, identity, fields }) => {
        const releases = this.#releases.get(client);
        const sink = await this.#owner.open(spec, identity, fields);
        if (this.#releases.get(client) !== releases) {
          await sink.close();
          throw new WorkbenchError('CANCELLED', `The process of ${client} ended while its sink was opened.`);
        }
        // Random, so that no id of an earlier process is taken for one of ours.
        const sinkId = randomUUID();
        this.#sinks.set(sinkId, { client, sink, staged: new Map() });
        return { sinkId, lanes: sink.lanes };
      },
      claim: ({ sinkId, partitions }) => this.#find(sinkId).sink.claim(partitions),
      stage: async ({ sinkId, batch, rows }) => {
        const { sink, staged } = this.#find(sinkId);
        const stagedId = randomUUID();
        staged.set(stagedId, await sink.stage(unpackBatch(batch), rows));
        return stagedId;
      },
      commit: ({ ranges, ...input }) => this.#take(input).commit(ranges),
      verify: (input) => this.#take(input).verify(),
      discard: (input) => this.#take(input).discard(),
      close: async ({ sinkId }) => {
        const served = this.#find(sinkId);
        this.#sinks.delete(sinkId);
        await served.sink.close();
      },
      look: ({ spec, identity }) => this.#owner.look(spec, identity),
      reset: ({ spec, identity, request }) => this.#owner.reset(spec, identity, request),
    };
  }

  /** The client's process is gone: its sinks are closed. */
  async release(client: string): Promise<void> {
    this.#releases.set(client, (this.#releases.get(client) ?? 0) + 1);
    const gone = [...this.#sinks].filter(([, served]) => served.client === client);
    for (const [sinkId] of gone) this.#sinks.delete(sinkId);
    await Promise.all(gone.map(([, served]) => served.sink.close()));
  }

  async close(): Promise<void> {
    const all = [...this.#sinks.values()];
    this.#sinks.clear();
    await Promise.all(all.map(({ sink }) => sink.close()));
  }

  #find(sinkId: string): Served {
    const served = this.#sinks.get(sinkId);
    if (served !== undefined) return served;
    throw new WorkbenchError('NOT_FOUND', 'The process that owns the database was started again.', { object: sinkId });
  }

  #take({ sinkId, stagedId }: { readonly sinkId: string; readonly stagedId: string }): StagedBatch {
    const { staged } = this.#find(sinkId);
    const batch = staged.get(stagedId);
    staged.delete(stagedId);
    if (batch !== undefined) return batch;
    throw new WorkbenchError('INTERNAL', 'This batch was ended already.', { object: stagedId });
  }
}
