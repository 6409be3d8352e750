/** Committed offsets of all groups, in a journal: an acknowledged commit survives a kill. */
import { Journal } from '../journal.ts';

export interface CommittedOffset {
  readonly offset: bigint;
  readonly leaderEpoch: number;
  readonly metadata: string | null;
  readonly committedAtMs: number;
}

export interface OffsetCommit extends Omit<CommittedOffset, 'committedAtMs'> {
  readonly topic: string;
  readonly partition: number;
}

/** group, topic, partition, offset, leader epoch, metadata, time in ms */
type Commit = ['c', string, string, number, string, number, string | null, number];
/** group, topic, partition */
type Removal = ['d', string, string, number];
type Entry = Commit | Removal;

export class CommittedOffsets {
  /** group → topic → partition */
  readonly #groups = new Map<string, Map<string, Map<number, CommittedOffset>>>();
  readonly #journal: Journal<Entry>;

  constructor(path: string) {
    this.#journal = new Journal<Entry>({
      path,
      apply: (entry) => this.#apply(entry),
      snapshot: () => this.#entries(),
    });
  }

  #apply(entry: Entry): void {
    const [op, group, topic, partition] = entry;
    const topics = this.#groups.get(group) ?? new Map<string, Map<number, CommittedOffset>>();
    const partitions = topics.get(topic) ?? new Map<number, CommittedOffset>();
    if (op === 'c') {
      const [, , , , offset, leaderEpoch, metadata, committedAtMs] = entry;
      partitions.set(partition, { offset: BigInt(offset), leaderEpoch, metadata, committedAtMs });
    } else partitions.delete(partition);
    if (partitions.size > 0) topics.set(topic, partitions);
    else topics.delete(topic);
    if (topics.size > 0) this.#groups.set(group, topics);
    else this.#groups.delete(group);
  }

  *#entries(): Generator<Commit> {
    for (const [group, topics] of this.#groups) {
      for (const [topic, partitions] of topics) {
        for (const [partition, { offset, leaderEpoch, metadata, committedAtMs }] of partitions) {
          yield ['c', group, topic, partition, String(offset), leaderEpoch, metadata, committedAtMs];
        }
      }
    }
  }

  commit(group: string, commits: readonly OffsetCommit[]): void {
    const nowMs = Date.now();
    const entries = commits.map(
      ({ topic, partition, offset, leaderEpoch, metadata }): Commit => [
        'c',
        group,
        topic,
        partition,
        String(offset),
        leaderEpoch,
        metadata,
        nowMs,
      ],
    );
    this.#journal.append(...entries);
  }

  get(group: string, topic: string, partition: number): CommittedOffset | undefined {
    return this.#groups.get(group)?.get(topic)?.get(partition);
  }

  /** Topic → partition → offset. */
  ofGroup(group: string): ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>> {
    return this.#groups.get(group) ?? new Map();
  }

  groupIds(): IterableIterator<string> {
    return this.#groups.keys();
  }

  remove(group: string, topic: string, partition: number): void {
    this.#journal.append(['d', group, topic, partition]);
  }

  removeGroup(group: string): void {
    this.#removeWhere(([, id]) => id === group);
  }

  removeTopic(topic: string): void {
    this.#removeWhere(([, , name]) => name === topic);
  }

  #removeWhere(matches: (commit: Commit) => boolean): void {
    const removals = [...this.#entries()].filter(matches);
    this.#journal.append(...removals.map(([, group, topic, partition]): Removal => ['d', group, topic, partition]));
  }

  /** Forgets what groups without members have not committed again for so long (`offsets.retention.minutes`). */
  expire(olderThanMs: number, isActive: (group: string) => boolean): void {
    this.#removeWhere((commit) => commit[7] < olderThanMs && !isActive(commit[1]));
  }

  close(): void {
    this.#journal.close();
  }
}
