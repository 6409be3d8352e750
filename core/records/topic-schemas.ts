/**
 * Which schema the values of a topic have, by the name that serializers give it: `<topic>-value`.
 *
 * The list of subjects is one request; only topics that have one cost another. A registry that does not answer leaves the
 * column empty: its own page says what is wrong.
 */
import type { TopicSchema } from '#core/contract/topic.ts';
import type { RegistryClient } from '#core/registry/client.ts';
import { inPortions } from './in-portions.ts';

const portion = 100;
/** How long what was read counts as the latest. */
const freshMs = 60_000;

interface Read {
  readonly at: number;
  readonly schema: TopicSchema;
}

const valueSubject = (topic: string): string => `${topic}-value`;

export class TopicSchemas {
  readonly #registry: RegistryClient | undefined;
  readonly #read = new Map<string, Read>();
  #subjects: ReadonlySet<string> | undefined;

  constructor(registry: RegistryClient | undefined) {
    this.#registry = registry;
  }

  /** Null where there is none, undefined while it is not known. */
  of(topic: string): TopicSchema | null | undefined {
    if (this.#registry === undefined) return null;
    const known = this.#read.get(topic);
    if (known !== undefined) return known.schema;
    return this.#subjects?.has(valueSubject(topic)) === false ? null : undefined;
  }

  /** Yields after each portion that was read. */
  async *read(topics: readonly string[]): AsyncGenerator<void> {
    const registry = this.#registry;
    if (registry === undefined) {
      yield;
      return;
    }
    try {
      this.#subjects = new Set(await registry.subjects());
      for (const topic of this.#read.keys()) if (!this.#subjects.has(valueSubject(topic))) this.#read.delete(topic);
      yield;
      const stale = topics.filter((topic) => this.#subjects?.has(valueSubject(topic)) && !this.#isFresh(topic));
      for await (const _portion of inPortions(stale, portion, (topic) => this.#readOne(registry, topic))) yield;
    } catch {
      // See above.
    }
  }

  #isFresh(topic: string): boolean {
    const read = this.#read.get(topic);
    return read !== undefined && Date.now() - read.at < freshMs;
  }

  async #readOne(registry: RegistryClient, topic: string): Promise<void> {
    const { subject, version, id, schemaType } = await registry.version(valueSubject(topic), 'latest');
    this.#read.set(topic, { at: Date.now(), schema: { subject, version, id, type: schemaType } });
  }
}
