/**
 * The list of topics as it fills: names at once, then record counts and rates, sizes, the time of the newest record, schemas.
 *
 * Each step tells what it found before the next one asks, so that a cluster of thousands of topics is there at once and never
 * blocks. After that, only what changed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { TopicRow, TopicsChange } from '#core/contract/topic.ts';
import type { TopicMetadata } from '#core/kafka/connect.ts';
import { topicBytes } from '#core/kafka/log-sizes.ts';
import { listOffsetsOfTopics, newestTimes } from '#core/kafka/offsets.ts';
import type { Environment } from './clusters.ts';
import { TopicSchemas } from './topic-schemas.ts';

const roundMs = 3_000;
/** Sizes and schemas change slowly and cost more. */
const slowEveryRounds = 5;
/** Topics asked at once for their newest timestamp, which a broker may have to look up on disk. */
const timesPortion = 500;

interface Counted {
  readonly at: number;
  readonly ends: bigint;
  readonly starts: bigint;
}

/** `get`: the cluster in use, asked for in each round. Throws what the first step of a round fails with. */
export async function* watchTopics(get: () => Promise<Environment>, signal: AbortSignal): AsyncGenerator<TopicsChange> {
  let list: TopicList | undefined;
  for (let round = 0; !signal.aborted; round++) {
    const environment = await get();
    if (list?.environment !== environment) {
      const before: TopicList | undefined = list;
      list = new TopicList(environment, before?.names());
      round = 0;
    }
    for await (const _step of list.round(round % slowEveryRounds === 0)) {
      const change = list.takeChange();
      if (change !== undefined) yield change;
      if (signal.aborted) return;
    }
    await delay(roundMs, undefined, { signal }).catch(() => {});
  }
}

class TopicList {
  readonly environment: Environment;
  readonly #schemas: TopicSchemas;
  readonly #rows = new Map<string, TopicRow>();
  readonly #counts = new Map<string, Counted>();
  readonly #changed = new Set<string>();
  readonly #removed: Set<string>;
  /** Topics whose newest timestamp is to be asked for. */
  readonly #moved = new Set<string>();
  #isFirst = true;

  /** `before`: names of another cluster, to be removed where this one has no such topic. */
  constructor(environment: Environment, before: Iterable<string> = []) {
    this.environment = environment;
    this.#schemas = new TopicSchemas(environment.registry);
    this.#removed = new Set(before);
  }

  names(): Iterable<string> {
    return this.#rows.keys();
  }

  /** The first message says that there are none, too. */
  takeChange(): TopicsChange | undefined {
    if (!this.#isFirst && this.#changed.size === 0 && this.#removed.size === 0) return undefined;
    this.#isFirst = false;
    const topics = [...this.#changed].map((name) => this.#rows.get(name)).filter((row) => row !== undefined);
    const removed = [...this.#removed].filter((name) => !this.#rows.has(name));
    this.#changed.clear();
    this.#removed.clear();
    return { topics, removed };
  }

  /** Yields after each step. `isSlow`: with what costs more. */
  async *round(isSlow: boolean): AsyncGenerator<void> {
    const topics = await this.environment.cluster.allTopics();
    this.#name(topics);
    yield;
    await this.#count(topics);
    yield;
    if (isSlow) {
      await this.#measure();
      yield;
    }
    const moved = topics.filter(({ name }) => this.#moved.has(name));
    for (let start = 0; start < moved.length; start += timesPortion) {
      await this.#date(moved.slice(start, start + timesPortion));
      yield;
    }
    if (isSlow) for await (const _portion of this.#schemas.read(topics.map(({ name }) => name))) yield this.#describe();
  }

  #name(topics: readonly TopicMetadata[]): void {
    for (const { name, isInternal, partitions } of topics) {
      this.#set(name, { name, internal: isInternal, partitions: partitions.length });
    }
    const there = new Set(topics.map(({ name }) => name));
    for (const name of this.#rows.keys()) {
      if (there.has(name)) continue;
      this.#rows.delete(name);
      this.#counts.delete(name);
      this.#removed.add(name);
    }
  }

  async #count(topics: readonly TopicMetadata[]): Promise<void> {
    const { cluster } = this.environment;
    const [starts, ends] = await Promise.all([
      listOffsetsOfTopics(cluster, topics, 'earliest'),
      listOffsetsOfTopics(cluster, topics, 'latest', 'read_uncommitted'),
    ]);
    const at = performance.now();
    for (const { name } of topics) {
      const counted = { at, starts: sum(starts.get(name)), ends: sum(ends.get(name)) };
      const before = this.#counts.get(name);
      this.#counts.set(name, counted);
      if (before?.ends !== counted.ends) this.#moved.add(name);
      this.#set(name, { records: counted.ends - counted.starts, ...rateOf(before, counted) });
    }
  }

  async #measure(): Promise<void> {
    const sizes = await topicBytes(this.environment.cluster);
    for (const name of this.#rows.keys())
      this.#set(name, { bytes: sizes === undefined ? null : (sizes.get(name) ?? 0n) });
  }

  async #date(topics: readonly TopicMetadata[]): Promise<void> {
    const times = await newestTimes(this.environment.cluster, topics);
    for (const { name } of topics) {
      this.#moved.delete(name);
      this.#set(name, { lastRecordAt: times?.get(name) ?? null });
    }
  }

  #describe(): void {
    for (const name of this.#rows.keys()) {
      const schema = this.#schemas.of(name);
      if (schema !== undefined) this.#set(name, { schema });
    }
  }

  #set(name: string, change: Partial<TopicRow>): void {
    const before = this.#rows.get(name);
    const row = { ...before, ...change } as TopicRow;
    if (isDeepStrictEqual(before, row)) return;
    this.#rows.set(name, row);
    this.#changed.add(name);
  }
}

/** A topic that was created anew counts from 0 again. */
function rateOf(before: Counted | undefined, now: Counted): { perSecond?: number } {
  if (before === undefined) return {};
  const written = now.ends < before.ends ? now.ends : now.ends - before.ends;
  return { perSecond: (Number(written) * 1_000) / (now.at - before.at) };
}

function sum(offsets: ReadonlyMap<number, bigint> = new Map()): bigint {
  return offsets.values().reduce((total, offset) => total + offset, 0n);
}
