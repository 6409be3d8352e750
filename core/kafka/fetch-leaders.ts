/** Who leads each partition that is read: asked of the cluster until every one has a leader, and again when one has lost it. */
import type { Cluster, TopicMetadata } from './connect.ts';
import type { Positions } from './fetch-position.ts';
import { aboutMetadata, aboutPartition, createdAnew, noLeader, noPartition, type Troubles } from './fetch-trouble.ts';

export interface LeadersOptions {
  readonly cluster: Cluster;
  readonly topic: string;
  readonly positions: Positions;
  readonly troubles: Troubles;
  /** Ends the search. */
  readonly signal: AbortSignal;
  /** Some partitions have a leader now. */
  readonly onFound: () => void;
  readonly onTrouble: (what: string, error: unknown) => void;
}

export class Leaders {
  readonly #options: LeadersOptions;
  #topicId: string | undefined;
  #search: Promise<void> | undefined;

  constructor(options: LeadersOptions) {
    this.#options = options;
  }

  /** Undefined until the first leader is found, and on clusters that give topics no id. */
  get topicId(): string | undefined {
    return this.#topicId;
  }

  /** Begins a search, unless one goes on. */
  find(): void {
    this.#search ??= this.#findAll().finally(() => {
      this.#search = undefined;
    });
  }

  /** Resolves when no search goes on. */
  async settled(): Promise<void> {
    await this.#search;
  }

  async #findAll(): Promise<void> {
    const { cluster, topic, positions, troubles, signal, onTrouble } = this.#options;
    while (!signal.aborted && positions.orphans().length > 0) {
      try {
        await troubles.pause(signal);
        if (!signal.aborted) this.#take(await cluster.refreshTopic(topic));
        troubles.succeeded(aboutMetadata);
      } catch (error) {
        onTrouble(aboutMetadata, error);
      }
    }
  }

  #take(topic: TopicMetadata): void {
    const { positions, troubles, onFound, onTrouble } = this.#options;
    if (this.#topicId !== undefined && topic.id !== this.#topicId) {
      onTrouble(aboutMetadata, createdAnew(topic.name));
      return;
    }
    this.#topicId = topic.id;
    for (const position of positions.orphans()) {
      const { partition } = position;
      const found = topic.partitions[partition];
      if (found === undefined || found.leader < 0) {
        const error = found === undefined ? noPartition(topic.name, partition) : noLeader(topic.name, partition);
        onTrouble(aboutPartition(partition), error);
        continue;
      }
      position.leader = found.leader;
      position.leaderEpoch = found.leaderEpoch;
    }
    // A broker that died while it led may be away for long; what it led is read elsewhere now.
    troubles.forgetBrokersBut(positions.leaders());
    onFound();
  }
}
