/**
 * The batches that `mercury run` sends, as the bytes of their COPY: same rows, same predictions, same order, same sizes.
 *
 * Taken from the engine itself by a sink that encodes and keeps them, so whoever writes them races against equal work.
 */
import type { Field } from '#core/columns/type.ts';
import type { Sink, SinkComponent } from '#core/pipeline/component.ts';
import { readDefinition } from '#core/pipeline/definition.ts';
import { openPipeline } from '#core/pipeline/pipeline.ts';
import { createCopyBuffer } from '#core/postgres/copy-buffer.ts';
import { createCopyEncoder } from '#core/postgres/copy-encoder.ts';
import { type PostgresSpec, postgresSink } from '#core/sinks/postgres.ts';
import { shippedDir } from '#core/workspace/paths.ts';
import type { Servers } from './sandbox.ts';

export interface CapturedBatches {
  readonly fields: readonly Field[];
  readonly batches: readonly Uint8Array[];
  readonly rows: number;
}

export const pipelineFile = shippedDir('config/pipelines/flights-to-postgres.yaml');

export async function captureBatches(servers: Servers): Promise<CapturedBatches> {
  const batches: Uint8Array[] = [];
  let fields: readonly Field[] = [];
  let rows = 0;
  const open = async (opened: readonly Field[]): Promise<Sink> => {
    fields = opened;
    const encode = createCopyEncoder(opened.map((field) => field.type));
    const buffer = createCopyBuffer();
    return {
      lanes: 1,
      claim: async () => new Map(),
      async stage({ columns, length }) {
        batches.push(encode({ columns, length, rows: undefined }, buffer).slice());
        rows += length;
        return { commit: async () => {}, verify: async () => {}, discard: async () => {} };
      },
      close: async () => {},
    };
  };
  await runHere(servers, { ...postgresSink, open: (_spec, context) => open(context.fields) }, 'bench-capture');
  return { fields, batches, rows };
}

/** The sample's pipeline to its present end in this process, with `sink` in the place of Postgres. */
export async function runHere(servers: Servers, sink: SinkComponent<PostgresSpec>, name: string): Promise<void> {
  const pipeline = openPipeline({
    definition: readDefinition(pipelineFile, [
      { path: 'name', value: name },
      { path: 'sinks.0.table', value: name.replaceAll('-', '_') },
    ]),
    connection: {
      name: 'bench',
      kafka: { brokers: [servers.kafka] },
      registry: { url: servers.registry },
      postgres: { url: servers.postgres },
    },
    modelsDir: shippedDir('ml-models'),
    sinks: [sink],
    untilEnd: true,
    log: () => {},
    onStateChange: () => {},
  });
  await pipeline.ended;
  if (pipeline.state !== 'finished') throw new Error(`${name} is ${pipeline.state}: ${pipeline.error?.message}`);
}
