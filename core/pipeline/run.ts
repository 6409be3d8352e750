/** Everything one run of a pipeline needs, opened in order: cluster, schema, model, sinks and their offsets, reader. */
import type { PartitionRange } from '#core/columns/batch.ts';
import type { Field } from '#core/columns/type.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { PipelineDefinition } from '#core/contract/pipeline.ts';
import { findModel } from '#core/inference/catalogue.ts';
import { openModel } from '#core/inference/session.ts';
import { type Cluster, clusterOf, openCluster, type TopicMetadata } from '#core/kafka/connect.ts';
import { openFetcher } from '#core/kafka/fetch.ts';
import { listOffsets } from '#core/kafka/offsets.ts';
import { openRegistryClient } from '#core/registry/client.ts';
import type { ResolvedConnection } from '#core/workspace/connection.ts';
import { type AvroTopic, openAvroTopic } from './avro-topic.ts';
import { BatchPool } from './batch-pool.ts';
import type { Sink, SinkComponent } from './component.ts';
import { openDeadLetters } from './dead-letters/writer.ts';
import { type ClaimedSink, Delivery } from './delivery.ts';
import { groupCommits } from './group-commits.ts';
import { createModelStep, type ModelStep } from './model-step.ts';
import { Progress } from './progress.ts';
import { sinksOf, topicIdOf } from './sinks-of.ts';
import { TopicReader } from './topic-reader.ts';

export interface RunOptions {
  readonly definition: PipelineDefinition;
  readonly connection: ResolvedConnection;
  readonly modelsDir: string;
  readonly sinks: readonly SinkComponent[];
  /** Ends at the end offsets seen at the start. */
  readonly untilEnd?: boolean;
  readonly log: (line: string) => void;
}

export interface Run {
  readonly reader: TopicReader;
  readonly model: ModelStep | undefined;
  readonly delivery: Delivery;
  readonly progress: Progress;
  /** Where each partition starts. */
  readonly positions: ReadonlyMap<number, bigint>;
  highWatermarks(): ReadonlyMap<number, bigint>;
}

export interface RunContext {
  /** What is opened is closed with it, in reverse order. */
  readonly resources: AsyncDisposableStack;
  readonly signal: AbortSignal;
  /** Of the run before, so that counts go on. */
  readonly progress: Progress | undefined;
  readonly onCommit: (ranges: readonly PartitionRange[]) => void;
  /** The source can't be reached for now; it goes on by itself. */
  readonly onTrouble: (error: WorkbenchError) => void;
  readonly onRecovered: () => void;
}

/** One being filled, one on its way to the sinks, one being committed. */
const batchesInFlight = 3;

export async function openRun(options: RunOptions, context: RunContext): Promise<Run> {
  const { definition, connection } = options;
  const { resources, signal } = context;
  const cluster = await openCluster(clusterOf(connection));
  resources.defer(() => cluster.close());
  const topic = await cluster.refreshTopic(definition.source.topic);
  const avro = await openSchema(options);
  const model = await openStep(options, avro.fields, resources);
  const sinks = await openSinks(options, cluster, topic, model?.fields ?? avro.fields, resources);
  const { claimed, positions } = await claim(cluster, topic, sinks);
  const progress = context.progress ?? new Progress(titles(options));
  const pool = new BatchPool(avro.fields, definition.batch.rows, batchesInFlight);
  const stopAt = options.untilEnd === true ? await listOffsets(cluster, topic.name, 'latest') : undefined;
  const fetcher = openFetcher({
    cluster,
    topic: topic.name,
    positions,
    isolation: 'read_committed',
    signal,
    onTrouble: context.onTrouble,
    onRecovered: context.onRecovered,
    ...(stopAt === undefined ? {} : { stopAt }),
  });
  resources.defer(() => fetcher.close());
  const keyColumn = keyColumnOf(definition, avro.fields);
  const reader = new TopicReader({ fetcher, pool, progress, keyColumn, decoder: avro.decoder });
  const deadLetters = openDeadLetters(cluster, definition);
  resources.defer(() => deadLetters.close());
  const lag = groupCommits(cluster, `mercury-${definition.name}`, topic.name, options.log);
  resources.defer(() => lag.close());
  const onCommit = (ranges: readonly PartitionRange[]): void => {
    context.onCommit(ranges);
    lag.committed(ranges);
  };
  const onFailure = (): void => void fetcher.close();
  const delivery = new Delivery({ sinks: claimed, deadLetters, pool, progress, onCommit, onFailure });
  return { reader, model, delivery, progress, positions, highWatermarks: () => fetcher.highWatermarks() };
}

/** The subject may not be there yet: the first producer registers it. */
async function openSchema({ definition, connection }: RunOptions): Promise<AvroTopic> {
  if (connection.registry === undefined) {
    throw new WorkbenchError(
      'PREFLIGHT_FAILED',
      `${definition.source.topic} is read as Avro, which needs a Schema Registry`,
      {
        object: connection.name,
        nextStep: 'Name it with --registry, or in the connection.',
      },
    );
  }
  return openAvroTopic(openRegistryClient(connection.registry), `${definition.source.topic}-value`);
}

async function openStep(
  { definition, modelsDir }: RunOptions,
  fields: readonly Field[],
  resources: AsyncDisposableStack,
): Promise<ModelStep | undefined> {
  if (definition.model === undefined) return undefined;
  const { dir } = await findModel(modelsDir, definition.model.name);
  const step = createModelStep(await openModel(dir), fields);
  resources.defer(() => step.close());
  return step;
}

async function openSinks(
  options: RunOptions,
  cluster: Cluster,
  topic: TopicMetadata,
  fields: readonly Field[],
  resources: AsyncDisposableStack,
): Promise<Sink[]> {
  const { definition, connection, log } = options;
  const opened: Sink[] = [];
  for (const { component, spec, name } of sinksOf(options)) {
    const sink = await component.open(spec, {
      pipeline: definition.name,
      sink: name,
      clusterId: cluster.clusterId,
      topicId: topicIdOf(topic),
      fields,
      connection,
      log,
    });
    resources.defer(() => sink.close());
    opened.push(sink);
  }
  return opened;
}

/** Takes the partitions over and finds where to read on: where the sink that is furthest behind stands. */
async function claim(cluster: Cluster, topic: TopicMetadata, sinks: readonly Sink[]) {
  const partitions = topic.partitions.map(({ partition }) => partition);
  const earliest = await listOffsets(cluster, topic.name, 'earliest');
  const claimed: ClaimedSink[] = [];
  for (const sink of sinks) claimed.push({ sink, claimed: await sink.claim(partitions) });
  const start = (partition: number): bigint => {
    const offsets = claimed.map((one) => one.claimed.get(partition) ?? earliest.get(partition) ?? 0n);
    return offsets.sort((a, b) => (a < b ? -1 : 1))[0]!;
  };
  return { claimed, positions: new Map(partitions.map((partition) => [partition, start(partition)])) };
}

function keyColumnOf({ name, source }: PipelineDefinition, fields: readonly Field[]): number | undefined {
  if (source.key === undefined) return undefined;
  const index = fields.findIndex((field) => field.name === source.key?.field);
  if (index >= 0) return index;
  throw new WorkbenchError('PREFLIGHT_FAILED', `${name}: the key field ${source.key.field} is not in the records`, {
    object: source.key.field,
    nextStep: `The records have: ${fields.map((field) => field.name).join(', ')}.`,
  });
}

function titles({ definition, sinks }: RunOptions) {
  const targets = sinksOf({ definition, sinks }).map(({ component, spec }) => component.describe(spec));
  const { topic } = definition.source;
  return { source: topic, decode: 'Avro', model: definition.model?.name, sink: targets.join(', ') };
}
