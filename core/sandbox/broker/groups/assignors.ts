/**
 * Which member reads which partition, decided here rather than by a member (KIP-848): `uniform` moves as little as
 * it can and keeps the counts within one of each other; `range` gives neighbours of each topic to the same member.
 */
export interface Subscriber {
  readonly id: string;
  readonly groupInstanceId: string | null;
  /** Ids of topics. */
  readonly topicIds: ReadonlySet<string>;
  /** What it was meant to read so far. */
  readonly target: ReadonlySet<string>;
}

/** Topic id → number of partitions. */
export type PartitionCounts = ReadonlyMap<string, number>;

/** Member id → keys of partitions. */
export type Assignment = Map<string, Set<string>>;

export type Assignor = (subscribers: readonly Subscriber[], counts: PartitionCounts) => Assignment;

/** One partition as a key of sets; the id of a topic has no colon. */
export const partitionKey = (topicId: string, partition: number): string => `${topicId}:${partition}`;

export function parsePartitionKey(key: string): { readonly topicId: string; readonly partition: number } {
  const colon = key.indexOf(':');
  return { topicId: key.slice(0, colon), partition: Number(key.slice(colon + 1)) };
}

const nobody = (subscribers: readonly Subscriber[]): Assignment =>
  new Map(subscribers.map(({ id }) => [id, new Set<string>()]));

/** Members that come back under their instance id keep their place in the order. */
const inOrder = (subscribers: readonly Subscriber[]): Subscriber[] =>
  [...subscribers].sort((a, b) => ((a.groupInstanceId ?? a.id) < (b.groupInstanceId ?? b.id) ? -1 : 1));

function range(subscribers: readonly Subscriber[], counts: PartitionCounts): Assignment {
  const assignment = nobody(subscribers);
  const ordered = inOrder(subscribers);
  for (const [topicId, count] of counts) {
    const readers = ordered.filter(({ topicIds }) => topicIds.has(topicId));
    const least = Math.floor(count / readers.length);
    let next = 0;
    for (const [index, { id }] of readers.entries()) {
      const end = next + least + (index < count % readers.length ? 1 : 0);
      for (; next < end; next++) assignment.get(id)!.add(partitionKey(topicId, next));
    }
  }
  return assignment;
}

function uniform(subscribers: readonly Subscriber[], counts: PartitionCounts): Assignment {
  const assignment = nobody(subscribers);
  const ordered = inOrder(subscribers);
  const readersOf = new Map(
    [...counts.keys()].map((topicId) => [topicId, ordered.filter(({ topicIds }) => topicIds.has(topicId))]),
  );
  const owners = new Map<string, string>();
  const give = (key: string, id: string) => {
    assignment.get(owners.get(key) ?? '')?.delete(key);
    assignment.get(id)!.add(key);
    owners.set(key, id);
  };
  for (const { id, target, topicIds } of ordered) {
    for (const key of target) {
      const { topicId, partition } = parsePartitionKey(key);
      if (topicIds.has(topicId) && partition < (counts.get(topicId) ?? 0) && !owners.has(key)) give(key, id);
    }
  }
  const load = (id: string) => assignment.get(id)!.size;
  const leastLoaded = (topicId: string) =>
    readersOf.get(topicId)!.reduce((least, reader) => (load(reader.id) < load(least.id) ? reader : least)).id;
  const keys = [...counts].flatMap(([topicId, count]) =>
    Array.from({ length: count }, (_, partition) => ({ topicId, key: partitionKey(topicId, partition) })),
  );
  for (const { topicId, key } of keys) if (!owners.has(key)) give(key, leastLoaded(topicId));
  // Each move brings two counts nearer to each other, so this ends.
  for (let moved = true; moved; ) {
    moved = false;
    for (const { topicId, key } of keys) {
      const least = leastLoaded(topicId);
      if (load(owners.get(key)!) - load(least) <= 1) continue;
      give(key, least);
      moved = true;
    }
  }
  return assignment;
}

/** The first is the default. */
export const assignors: Readonly<Record<string, Assignor>> = { uniform, range };
export const defaultAssignor = 'uniform';
