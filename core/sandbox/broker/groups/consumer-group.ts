/**
 * A group of the new protocol (KIP-848): each change of members, subscriptions or topics begins an epoch with a new
 * target, and every member walks towards its part of it by its own heartbeats. Nobody stops for the others.
 *
 * It holds the state only. Which heartbeat is allowed when is `ConsumerGroups`' part.
 */
import type { Topics } from '../topics.ts';
import { type Assignment, assignors, defaultAssignor, type PartitionCounts } from './assignors.ts';
import { ConsumerMember, type SavedConsumerMember, type Subscription } from './consumer-member.ts';
import type { MemberIdentity } from './member.ts';
import { matchTopics } from './topic-pattern.ts';

export type ConsumerGroupState = 'Empty' | 'Reconciling' | 'Stable';

/** Kafka's `group.consumer.session.timeout.ms` and `group.consumer.heartbeat.interval.ms`. */
const sessionTimeoutMs = 45_000;
export const heartbeatIntervalMs = 5_000;

export interface SavedConsumerGroup {
  readonly id: string;
  readonly epoch: number;
  readonly members: readonly SavedConsumerMember[];
}

export class ConsumerGroup {
  readonly id: string;
  /** Grows with each change; the target is always that of this epoch. */
  epoch = 0;
  readonly members = new Map<string, ConsumerMember>();
  readonly #topics: Topics;
  readonly #save: (group: SavedConsumerGroup) => void;
  #seenTopics = -1;
  #hasChanged = false;
  #counts: PartitionCounts = new Map();

  constructor(id: string, topics: Topics, save: (group: SavedConsumerGroup) => void) {
    this.id = id;
    this.#topics = topics;
    this.#save = save;
  }

  restore({ epoch, members }: SavedConsumerGroup): void {
    this.epoch = epoch;
    for (const saved of members) {
      const member = ConsumerMember.restore(saved);
      this.members.set(member.id, member);
      this.touch(member);
      this.#limitRevocation(member);
    }
    this.noteTopics();
  }

  /** Call at the end of each step: what a client was told survives a kill. */
  persist(): void {
    if (!this.#hasChanged) return;
    this.#hasChanged = false;
    const { id, epoch, members } = this;
    this.#save({ id, epoch, members: [...members.values()].map((member) => member.save()) });
  }

  get state(): ConsumerGroupState {
    if (this.members.size === 0) return 'Empty';
    return [...this.members.values()].every((member) => member.isAt(this.epoch)) ? 'Stable' : 'Reconciling';
  }

  /** The assignor that most members ask for. */
  get assignorName(): string {
    const votes = Map.groupBy(this.members.values(), ({ subscription }) => subscription.assignor ?? defaultAssignor);
    return [...votes].sort((a, b) => b[1].length - a[1].length)[0]?.[0] ?? defaultAssignor;
  }

  byInstance(groupInstanceId: string): ConsumerMember | undefined {
    return this.members.values().find(({ identity }) => identity.groupInstanceId === groupInstanceId);
  }

  subscribedTopics(): Set<string> {
    const ids = [...this.members.values()].flatMap(({ topicIds }) => [...topicIds]);
    return new Set(ids.flatMap((id) => this.#topics.getById(id)?.name ?? []));
  }

  add(id: string, identity: MemberIdentity, subscription: Subscription): ConsumerMember {
    const member = new ConsumerMember(id, identity, subscription);
    member.topicIds = this.#topicIdsOf(subscription);
    this.members.set(id, member);
    this.#begin();
    return member;
  }

  /** A static member comes back under a new id: its place and partitions stay. */
  replace(old: ConsumerMember, id: string, identity: MemberIdentity, subscription: Subscription): ConsumerMember {
    old.stopTimers();
    this.members.delete(old.id);
    const member = new ConsumerMember(id, identity, subscription);
    // Its former self left with a sign in the place of its epoch; a new one starts from nothing.
    member.takeOver({ ...old.save(), epoch: 0 });
    member.topicIds = this.#topicIdsOf(subscription);
    this.members.set(id, member);
    if (!isSame(member.topicIds, old.topicIds)) this.#begin();
    return member;
  }

  resubscribe(member: ConsumerMember, subscription: Subscription): void {
    const topicIds = this.#topicIdsOf(subscription);
    const isOther = !isSame(topicIds, member.topicIds) || subscription.assignor !== member.subscription.assignor;
    member.subscription = subscription;
    member.topicIds = topicIds;
    if (isOther) this.#begin();
  }

  #topicIdsOf({ topicNames, topicPattern }: Subscription): Set<string> {
    const all = () => [...this.#topics.all()].map(({ name }) => name);
    const names = topicPattern === null ? topicNames : [...topicNames, ...matchTopics(topicPattern, all())];
    return new Set(names.flatMap((name) => this.#topics.get(name)?.id ?? []));
  }

  /** Topics that came, went or grew begin an epoch too. Cheap while nothing changed. */
  noteTopics(): void {
    if (this.#seenTopics === this.#topics.revision) return;
    this.#seenTopics = this.#topics.revision;
    for (const member of this.members.values()) member.topicIds = this.#topicIdsOf(member.subscription);
    const counts = this.#countPartitions();
    const isUnchanged =
      counts.size === this.#counts.size && [...counts].every(([id, count]) => this.#counts.get(id) === count);
    if (!isUnchanged) this.#begin();
  }

  #countPartitions(): PartitionCounts {
    const ids = new Set([...this.members.values()].flatMap(({ topicIds }) => [...topicIds]));
    return new Map([...ids].map((id) => [id, this.#topics.getById(id)?.partitions.length ?? 0]));
  }

  #begin(): void {
    this.#hasChanged = true;
    this.epoch++;
    this.#counts = this.#countPartitions();
    const subscribers = [...this.members.values()].map(({ id, identity, topicIds, target }) => ({
      id,
      groupInstanceId: identity.groupInstanceId,
      topicIds,
      target,
    }));
    const assignment: Assignment = assignors[this.assignorName]!(subscribers, this.#counts);
    for (const member of this.members.values()) member.target = assignment.get(member.id)!;
  }

  /** One step of this member; true when it may read other partitions than before. */
  advance(member: ConsumerMember, owned: ReadonlySet<string> | null): boolean {
    const { assigned, epoch } = member;
    const isHeld = (key: string) => this.members.values().some((other) => other.holds(key));
    member.reconcile({ partitions: member.target, epoch: this.epoch, isHeld }, owned);
    this.#limitRevocation(member);
    const isOther = !isSame(assigned, member.assigned);
    this.#hasChanged ||= isOther || member.epoch !== epoch;
    return isOther;
  }

  /** The member is alive: its session begins anew. */
  touch(member: ConsumerMember): void {
    if (member.sessionTimer !== undefined) member.sessionTimer.refresh();
    else member.sessionTimer = setTimeout(() => this.#expire(member), sessionTimeoutMs).unref();
  }

  /** Who keeps what it was asked to give back for too long is out. */
  #limitRevocation(member: ConsumerMember): void {
    if (member.revoking.size === 0) {
      clearTimeout(member.revocationTimer);
      member.revocationTimer = undefined;
      return;
    }
    member.revocationTimer ??= setTimeout(() => this.#expire(member), member.subscription.rebalanceTimeoutMs).unref();
  }

  /** A static member goes and will come back: its partitions wait for it as long as its session lasts. */
  suspend(member: ConsumerMember, sign: number): void {
    member.epoch = sign;
    this.#hasChanged = true;
  }

  #expire(member: ConsumerMember): void {
    this.remove(member);
    this.persist();
  }

  remove(member: ConsumerMember): void {
    member.stopTimers();
    this.members.delete(member.id);
    this.#begin();
  }

  /** Ends every timer. */
  close(): void {
    for (const member of this.members.values()) member.stopTimers();
  }
}

const isSame = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => a.size === b.size && a.isSubsetOf(b);
