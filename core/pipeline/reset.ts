/** A pipeline's sinks beside its runs: where they stand, what a reset would change, and the reset. */
import { createHash } from 'node:crypto';
import { toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import type { PipelineDefinition } from '#core/contract/pipeline.ts';
import type { ResetPartition, ResetPreview, ResetSink, ResetTarget, SinkState } from '#core/contract/reset.ts';
import { listOffsets } from '#core/kafka/offsets.ts';
import type { Environment } from '#core/records/clusters.ts';
import type { SinkComponent, SinkLook, SinkUpkeep, UpkeepContext } from './component.ts';
import type { ArrivalReader } from './dead-letters/outcome.ts';
import type { PipelineEnvironments } from './pipeline-environments.ts';
import { sinksOf, topicIdOf } from './sinks-of.ts';

export interface ResetsOptions {
  readonly environments: PipelineEnvironments;
  readonly sinks: readonly SinkComponent[];
  /** Throws `NOT_FOUND`. */
  readonly definition: (pipeline: string) => PipelineDefinition;
  /** Does it while no run of the pipeline is there or can be started. Throws `CONFLICT` when one is. */
  readonly whileStopped: <T>(pipeline: string, work: () => Promise<T>) => Promise<T>;
  readonly log: (line: string) => void;
}

export interface ResetRequest {
  readonly name: string;
  readonly to: ResetTarget;
  readonly empties: boolean;
}

/** A sink of the definition, and what finds its offsets. */
interface NamedSink {
  readonly name: string;
  readonly component: SinkComponent;
  readonly spec: unknown;
  readonly context: UpkeepContext;
}

type Offsets = ReadonlyMap<number, bigint>;

interface Plan {
  readonly preview: ResetPreview;
  readonly sinks: ReadonlyArray<{
    readonly sink: NamedSink;
    readonly look: SinkLook;
    readonly partitions: readonly ResetPartition[];
  }>;
}

export class Resets {
  readonly #options: ResetsOptions;

  constructor(options: ResetsOptions) {
    this.#options = options;
  }

  async sinks(pipeline: string): Promise<SinkState[]> {
    const { sinks } = await this.#open(pipeline);
    return Promise.all(
      sinks.map(async (sink) => {
        try {
          return stateOf(sink, await upkeepOf(sink).look(sink.spec, sink.context));
        } catch (error) {
          return { ...stateOf(sink, undefined), error: toErrorData(error).message };
        }
      }),
    );
  }

  /** Whether records of the source topic have reached every sink. */
  async arrivals(pipeline: string): Promise<ArrivalReader> {
    const { sinks } = await this.#open(pipeline);
    const looks = await Promise.all(
      sinks.map(({ component, spec, context }) => component.upkeep?.look(spec, context).catch(() => undefined)),
    );
    return {
      isPast(partition, offset) {
        if (looks.includes(undefined)) return undefined;
        return looks.every((look) => (look?.positions.get(partition)?.next ?? 0n) > offset);
      },
    };
  }

  async preview(request: ResetRequest): Promise<ResetPreview> {
    return (await this.#plan(request)).preview;
  }

  async reset(request: ResetRequest & { readonly seen: string; readonly confirm?: string | undefined }): Promise<void> {
    const { name, empties } = request;
    await this.#options.whileStopped(name, async () => {
      const { preview, sinks } = await this.#plan(request);
      if (preview.seen !== request.seen) throw changedSince(name);
      if (preview.isDestructive && request.confirm !== name) throw unconfirmed(name);
      for (const { sink, look, partitions } of sinks) {
        const next = new Map(partitions.map((one) => [one.partition, startOf(request.to, one)]));
        await upkeepOf(sink).reset(sink.spec, sink.context, { seen: look.positions, next, empties });
        this.#options.log(`${name}: ${sink.name} was reset${empties ? ' and emptied' : ''}`);
      }
    });
  }

  async #plan(request: ResetRequest): Promise<Plan> {
    const { environment, definition, ...opened } = await this.#open(request.name);
    const topic = definition.source.topic;
    const [earliest, latest] = await Promise.all([
      listOffsets(environment.cluster, topic, 'earliest'),
      listOffsets(environment.cluster, topic, 'latest'),
    ]);
    const target = await targetOf(environment, topic, request.to, earliest, latest);
    const sinks = await Promise.all(
      opened.sinks.map(async (sink) => {
        const look = await upkeepOf(sink).look(sink.spec, sink.context);
        const partitions = [...target].map(([partition, next]) => ({
          partition,
          earliest: earliest.get(partition) ?? 0n,
          latest: latest.get(partition) ?? 0n,
          current: look.positions.get(partition)?.next ?? null,
          next,
        }));
        return { sink, look, partitions };
      }),
    );
    const shown = sinks.map(({ sink, look, partitions }) => resetSink(sink, look, partitions));
    const isDestructive = shown.some(
      ({ skipped, rows }) => skipped > 0n || (request.empties && (rows?.count ?? 0n) > 0n),
    );
    return { sinks, preview: { sinks: shown, isDestructive, seen: fingerprint(request, sinks) } };
  }

  async #open(pipeline: string) {
    const definition = this.#options.definition(pipeline);
    const environment = await this.#options.environments.get(definition.connection);
    const { cluster, connection } = environment;
    const topic = await cluster.refreshTopic(definition.source.topic);
    const sinks = sinksOf({ definition, sinks: this.#options.sinks }).map(({ component, spec, name }): NamedSink => {
      const { log } = this.#options;
      const context = {
        pipeline,
        sink: name,
        clusterId: cluster.clusterId,
        topicId: topicIdOf(topic),
        connection,
        log,
      };
      return { name, component, spec, context };
    });
    return { definition, environment, sinks };
  }
}

function upkeepOf({ component, name }: NamedSink): SinkUpkeep {
  if (component.upkeep !== undefined) return component.upkeep;
  throw new WorkbenchError('UNSUPPORTED', `The offsets of ${component.title} can’t be moved from here`, {
    object: name,
  });
}

function stateOf({ name, component, spec }: NamedSink, look: SinkLook | undefined): SinkState {
  const { guarantee } = component;
  return { name, title: component.describe(spec), guarantee, rows: look?.rows ?? null, error: null };
}

/** The next offset of each partition that moves, within what the topic holds. */
async function targetOf(
  { cluster }: Environment,
  topic: string,
  to: ResetTarget,
  earliest: Offsets,
  latest: Offsets,
): Promise<Offsets> {
  switch (to.at) {
    case 'earliest':
      return earliest;
    case 'time':
      return listOffsets(cluster, topic, { timestampMs: to.timestampMs });
    case 'offsets':
      return new Map(
        to.offsets.map(({ partition, offset }) => [partition, within(topic, partition, offset, earliest, latest)]),
      );
  }
}

function within(topic: string, partition: number, offset: bigint, earliest: Offsets, latest: Offsets): bigint {
  const [first, end] = [earliest.get(partition), latest.get(partition)];
  if (first === undefined || end === undefined) {
    throw new WorkbenchError('INVALID_INPUT', `${topic} has no partition ${partition}`, { object: topic });
  }
  if (offset >= first && offset <= end) return offset;
  throw new WorkbenchError('INVALID_INPUT', `offset ${offset} is not in partition ${partition} of ${topic}`, {
    object: topic,
    nextStep: `It holds the offsets ${first} to ${end}.`,
  });
}

/** The beginning moves with the topic's retention: a run that starts there looks for it then. */
function startOf(to: ResetTarget, { next }: ResetPartition): bigint | null {
  return to.at === 'earliest' ? null : next;
}

function resetSink(sink: NamedSink, look: SinkLook, partitions: readonly ResetPartition[]): ResetSink {
  let again = 0n;
  let skipped = 0n;
  for (const { current, earliest, next } of partitions) {
    const from = current ?? earliest;
    if (next < from) again += from - next;
    else skipped += next - from;
  }
  return { ...stateOf(sink, look), partitions: [...partitions], again, skipped };
}

/** Of all that a reset rests on and that a run would change; the topic's end, which feeds move on, is no part of it. */
function fingerprint(request: ResetRequest, sinks: Plan['sinks']): string {
  const facts = sinks.map(({ sink, look, partitions }) => [
    sink.name,
    [...look.positions].map(([partition, { ownerEpoch, next }]) => `${partition}:${ownerEpoch}:${next}`),
    partitions.map(({ partition, next }) => `${partition}:${next}`),
  ]);
  const to =
    request.to.at === 'offsets'
      ? request.to.offsets.map(({ partition, offset }) => `${partition}:${offset}`)
      : request.to;
  return createHash('sha256')
    .update(JSON.stringify([to, request.empties, facts]))
    .digest('base64url');
}

function changedSince(name: string): WorkbenchError {
  return new WorkbenchError('CONFLICT', `${name} has moved on since its offsets were looked at`, {
    object: name,
    nextStep: 'Look at the reset again.',
  });
}

function unconfirmed(name: string): WorkbenchError {
  return new WorkbenchError('INVALID_INPUT', `the reset of ${name} loses rows or records and was not confirmed`, {
    object: name,
    nextStep: 'Confirm it with the name of the pipeline.',
  });
}
