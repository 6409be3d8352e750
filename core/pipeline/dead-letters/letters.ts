/**
 * The dead letters of the workspace's pipelines: looked at, edited, sent to their source topic again, dropped.
 *
 * A redriven record is a new record of the source topic, with its key and headers: the pipeline reads it as any other, so a
 * sink that upserts by key holds its row once however often it was sent.
 */
import type {
  DeadLetter,
  LetterDetail,
  LetterPage,
  RedriveItem,
  RedrivePlan,
  RedriveProgress,
} from '#core/contract/dead-letter.ts';
import { toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import type { PipelineDefinition } from '#core/contract/pipeline.ts';
import type { Cluster } from '#core/kafka/connect.ts';
import { openProducer, type Producer } from '#core/kafka/produce.ts';
import type { Environment } from '#core/records/clusters.ts';
import { decodeBytes } from '#core/serde/decode.ts';
import type { PipelineEnvironments } from '../pipeline-environments.ts';
import { topicIdOf } from '../sinks-of.ts';
import { applyChange, checkReadable, editingOf, findFault } from './edit.ts';
import { letterHeaderPrefix, ownHeaders, readReason } from './headers.ts';
import type { LetterKey, LetterLedger } from './ledger.ts';
import { listLetters } from './list.ts';
import { type ArrivalReader, outcomeOf } from './outcome.ts';
import { type RawRecord, type RecordPlace, readLetter } from './topic.ts';

export interface LettersOptions {
  readonly ledger: LetterLedger;
  readonly environments: PipelineEnvironments;
  /** Throws `NOT_FOUND`. */
  readonly definition: (pipeline: string) => PipelineDefinition;
  /** What the pipeline's sinks hold of the source topic. */
  readonly arrivals: (pipeline: string) => Promise<ArrivalReader>;
}

/** The first bytes of a key or value that a page gets. */
const shownBytes = 64 * 1024;
/** Of the newest letters: one that came back after it was redriven is among them. */
const lookedThrough = 500;

export class Letters {
  readonly #options: LettersOptions;

  constructor(options: LettersOptions) {
    this.#options = options;
  }

  async list(
    pipeline: string,
    page: { limit: number; before?: string | undefined },
    signal: AbortSignal,
  ): Promise<LetterPage> {
    const definition = this.#options.definition(pipeline);
    const topic = definition.deadLetter?.topic;
    if (topic === undefined) return { topic: null, letters: [] };
    const environment = await this.#options.environments.get(definition.connection);
    const { letters, older } = await listLetters(environment.cluster, { topic, pipeline, ...page, signal });
    const found = await Promise.all(
      letters.map(async ({ partition, offset, timestampMs, key, sizeBytes, reason: { pipeline: _, ...reason } }) => ({
        ...reason,
        id: `${partition}@${offset}`,
        at: timestampMs,
        key: await decodeBytes(key, environment.schemas),
        sizeBytes,
      })),
    );
    const outcomes = await this.#outcomes(pipeline, environment, topic, found);
    return {
      topic,
      letters: found.map((letter, index) => ({ ...letter, outcome: outcomes[index]! })),
      ...(older === undefined ? {} : { older }),
    };
  }

  async get(pipeline: string, id: string, signal: AbortSignal): Promise<LetterDetail> {
    const { environment, topic, definition } = await this.#open(pipeline);
    const raw = await readLetter(environment.cluster, placeOf(topic, id));
    const { pipeline: _, ...reason } = reasonOf(raw, topic);
    const subject = `${definition.source.topic}-value`;
    const { registry, schemas } = environment;
    const newest = await this.list(pipeline, { limit: lookedThrough }, signal);
    const listed = newest.letters.find((letter) => letter.id === id);
    const [outcome] =
      listed === undefined ? await this.#outcomes(pipeline, environment, topic, [{ id, ...reason }]) : [];
    return {
      ...reason,
      id,
      at: raw.timestampMs,
      key: await decodeBytes(raw.key, schemas),
      value: await decodeBytes(raw.value, schemas),
      sizeBytes: (raw.key?.length ?? 0) + (raw.value?.length ?? 0),
      outcome: listed?.outcome ?? outcome!,
      keyBytes: shown(raw.key),
      valueBytes: shown(raw.value),
      headers: ownHeaders(raw.headers).map(({ name, value }) => ({
        name,
        value: value as LetterDetail['headers'][number]['value'],
      })),
      fault: registry === undefined ? null : await findFault(registry, raw.value),
      ...(registry === undefined
        ? { edit: null, editRefusal: 'This connection has no Schema Registry.' }
        : await editingOf(registry, subject, raw.value)),
    };
  }

  async preview(pipeline: string, items: readonly RedriveItem[]): Promise<RedrivePlan[]> {
    const { environment, topic, definition } = await this.#open(pipeline);
    const plans: RedrivePlan[] = [];
    for (const item of items) plans.push(await this.#plan(definition, environment, topic, item));
    return plans;
  }

  /** One letter after the other, so that each one's fate is known before the next. */
  async *redrive(
    pipeline: string,
    items: readonly RedriveItem[],
    again: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<RedriveProgress> {
    const { environment, topic } = await this.#open(pipeline);
    const progress = {
      total: items.length,
      sent: [] as RedriveProgress['sent'],
      skipped: [] as RedriveProgress['skipped'],
    };
    const producer = openProducer(environment.cluster);
    try {
      for (const item of items) {
        if (signal.aborted) return;
        yield { ...progress, sent: [...progress.sent], skipped: [...progress.skipped], isDone: false };
        const key = await keyOf(environment, placeOf(topic, item.id));
        const reason = again ? undefined : whyNot(this.#options.ledger, key);
        if (reason !== undefined) progress.skipped.push({ id: item.id, reason });
        else progress.sent.push({ id: item.id, to: await this.#send(environment, producer, topic, key, item) });
      }
    } finally {
      await producer.close();
    }
    yield { ...progress, isDone: true };
  }

  async drop(pipeline: string, ids: readonly string[]): Promise<void> {
    await this.#mark(pipeline, ids, 'dropped');
  }

  async restore(pipeline: string, ids: readonly string[]): Promise<void> {
    await this.#mark(pipeline, ids, 'restored');
  }

  async #mark(pipeline: string, ids: readonly string[], did: 'dropped' | 'restored'): Promise<void> {
    const { environment, topic } = await this.#open(pipeline);
    const { ledger } = this.#options;
    for (const id of ids) {
      const key = await keyOf(environment, placeOf(topic, id));
      const last = ledger.of(key)?.did;
      // What was sent stays sent.
      if (did === 'dropped' ? last === undefined : last === 'dropped') ledger.add(key, { did });
    }
  }

  async #send(
    { cluster, registry }: Environment,
    producer: Producer,
    topic: string,
    key: LetterKey,
    { id, change }: RedriveItem,
  ): Promise<RecordPlace> {
    const { ledger } = this.#options;
    const raw = await readLetter(cluster, placeOf(topic, id));
    const { source } = reasonOf(raw, topic);
    const value = await applyChange(registry, raw.value, change);
    const isEdited = change.type !== 'unchanged';
    const partition = await partitionOf(cluster, source);
    ledger.add(key, { did: 'sending', isEdited });
    try {
      const record = { key: raw.key, value, headers: ownHeaders(raw.headers), ...partition };
      const [batch] = await producer.send(source.topic, [record]);
      const to = { topic: source.topic, partition: batch?.partition ?? 0, offset: batch?.firstOffset ?? -1n };
      ledger.add(key, { did: 'redriven', isEdited, to: { ...to, offset: String(to.offset) } });
      return to;
    } catch (error) {
      // Refused for good: Kafka does not have it. Whatever else went wrong, it may.
      if (!toErrorData(error).retryable) ledger.add(key, { did: 'failed' });
      throw error;
    }
  }

  async #plan(
    definition: PipelineDefinition,
    environment: Environment,
    topic: string,
    { id, change }: RedriveItem,
  ): Promise<RedrivePlan> {
    const { cluster, registry, schemas } = environment;
    const raw = await readLetter(cluster, placeOf(topic, id));
    const reason = reasonOf(raw, topic);
    const { source } = reason;
    const headers = ownHeaders(raw.headers).length;
    const { partition = source.partition } = await partitionOf(cluster, source);
    const common = {
      id,
      topic: source.topic,
      partition,
      key: await decodeBytes(raw.key, schemas),
      headers,
      headersLeftBehind: raw.headers.length - headers,
      outcome: (await this.#outcomes(definition.name, environment, topic, [{ id, ...reason }]))[0]!,
    };
    try {
      const value = await applyChange(registry, raw.value, change);
      const problem = await problemOf(environment, `${source.topic}-value`, value);
      const sizeBytes = (raw.key?.length ?? 0) + (value?.length ?? 0);
      return { ...common, value: await decodeBytes(value, schemas), sizeBytes, problem, isSendable: true };
    } catch (error) {
      const value = await decodeBytes(raw.value, schemas);
      return { ...common, value, sizeBytes: 0, problem: toErrorData(error), isSendable: false };
    }
  }

  async #outcomes(
    pipeline: string,
    environment: Environment,
    topic: string,
    letters: readonly Pick<DeadLetter, 'id' | 'source'>[],
  ): Promise<Array<DeadLetter['outcome']>> {
    if (letters.length === 0) return [];
    const keys = await Promise.all(letters.map(({ id }) => keyOf(environment, placeOf(topic, id))));
    const entries = keys.map((key) => this.#options.ledger.of(key));
    const isRedriven = entries.some((entry) => entry?.did === 'redriven');
    const arrivals = isRedriven ? await this.#options.arrivals(pipeline) : undefined;
    return entries.map((entry) => outcomeOf(entry, letters, arrivals));
  }

  async #open(pipeline: string) {
    const definition = this.#options.definition(pipeline);
    const topic = definition.deadLetter?.topic;
    if (topic === undefined) {
      throw new WorkbenchError('NOT_FOUND', `${pipeline} has no dead-letter topic`, {
        object: pipeline,
        nextStep: 'Give it a `deadLetter: { topic: … }`.',
      });
    }
    return { definition, topic, environment: await this.#options.environments.get(definition.connection) };
  }
}

/** Why a letter should not be sent without asking again. */
function whyNot(ledger: LetterLedger, key: LetterKey): string | undefined {
  const last = ledger.of(key);
  switch (last?.did) {
    case 'redriven':
      return `redriven before, to ${last.to?.topic}-${last.to?.partition}@${last.to?.offset}`;
    case 'sending':
      return 'it was being sent when the program ended: the source topic may have it';
    case 'dropped':
      return 'dropped before';
    default:
      return undefined;
  }
}

/** Where it was, so that it keeps its place among the records of its key; by its key where the topic lost that partition. */
async function partitionOf(cluster: Cluster, source: RecordPlace): Promise<{ partition?: number }> {
  const { partitions } = await cluster.refreshTopic(source.topic);
  return partitions.some(({ partition }) => partition === source.partition) ? { partition: source.partition } : {};
}

async function problemOf({ registry }: Environment, subject: string, value: Uint8Array | null) {
  if (value === null || registry === undefined) return null;
  try {
    await checkReadable(registry, subject, value);
    return null;
  } catch (error) {
    return toErrorData(error);
  }
}

function reasonOf(raw: RawRecord, topic: string) {
  const reason = readReason(raw.headers);
  if (reason !== undefined) return reason;
  const place = `${topic}-${raw.partition}@${raw.offset}`;
  throw new WorkbenchError('INVALID_INPUT', `${place} is no dead letter: its headers do not say which record it was`, {
    object: place,
    nextStep: `A dead letter has headers that begin with ${letterHeaderPrefix}.`,
  });
}

function placeOf(topic: string, id: string): RecordPlace {
  const [partition, offset] = id.split('@') as [string, string];
  return { topic, partition: Number(partition), offset: BigInt(offset) };
}

async function keyOf({ cluster }: Environment, { topic, partition, offset }: RecordPlace): Promise<LetterKey> {
  return { clusterId: cluster.clusterId, topicId: topicIdOf(await cluster.topic(topic)), partition, offset };
}

function shown(bytes: Uint8Array | null): LetterDetail['valueBytes'] {
  return bytes === null ? null : { bytes: new Uint8Array(bytes.subarray(0, shownBytes)), sizeBytes: bytes.length };
}
