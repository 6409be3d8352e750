/**
 * One member of a group of the new protocol (KIP-848): what it wants, what it may read now, and its next step towards
 * its target. It first gives up what is no longer its own, then takes what nobody holds any more.
 */
import type { MemberIdentity } from './member.ts';

export interface Subscription {
  readonly topicNames: readonly string[];
  /** A pattern of topic names as RE2 has it; null for none. */
  readonly topicPattern: string | null;
  readonly assignor: string | null;
  readonly rackId: string | null;
  readonly rebalanceTimeoutMs: number;
}

export interface SavedConsumerMember {
  readonly id: string;
  readonly identity: MemberIdentity;
  readonly subscription: Subscription;
  readonly epoch: number;
  readonly previousEpoch: number;
  readonly assigned: readonly string[];
  readonly revoking: readonly string[];
  readonly target: readonly string[];
}

export interface Target {
  readonly partitions: ReadonlySet<string>;
  readonly epoch: number;
  /** Whether another member still holds the partition. */
  readonly isHeld: (key: string) => boolean;
}

export class ConsumerMember {
  readonly id: string;
  readonly identity: MemberIdentity;
  subscription: Subscription;
  epoch = 0;
  previousEpoch = -1;
  assigned: ReadonlySet<string> = new Set();
  /** Asked back from the member, which has not said yet that it stopped reading them. */
  revoking: ReadonlySet<string> = new Set();
  target: ReadonlySet<string> = new Set();
  /** Ids of the topics that the subscription means now. */
  topicIds: ReadonlySet<string> = new Set();
  sessionTimer: NodeJS.Timeout | undefined;
  revocationTimer: NodeJS.Timeout | undefined;

  constructor(id: string, identity: MemberIdentity, subscription: Subscription) {
    this.id = id;
    this.identity = identity;
    this.subscription = subscription;
  }

  static restore({ id, identity, subscription, ...saved }: SavedConsumerMember): ConsumerMember {
    const member = new ConsumerMember(id, identity, subscription);
    member.takeOver(saved);
    return member;
  }

  /** A static member that came back goes on where the one before it was. */
  takeOver(other: Pick<SavedConsumerMember, 'epoch' | 'previousEpoch'> & Record<Held, Iterable<string>>): void {
    this.epoch = other.epoch;
    this.previousEpoch = other.previousEpoch;
    this.assigned = new Set(other.assigned);
    this.revoking = new Set(other.revoking);
    this.target = new Set(other.target);
  }

  save(): SavedConsumerMember {
    const { id, identity, subscription, epoch, previousEpoch, assigned, revoking, target } = this;
    const held = { assigned: [...assigned], revoking: [...revoking], target: [...target] };
    return { id, identity, subscription, epoch, previousEpoch, ...held };
  }

  holds(key: string): boolean {
    return this.assigned.has(key) || this.revoking.has(key);
  }

  isAt(targetEpoch: number): boolean {
    return this.epoch === targetEpoch && this.assigned.size === this.target.size;
  }

  /** `owned` is what the member says that it reads; null when it says nothing new. */
  reconcile({ partitions, epoch, isHeld }: Target, owned: ReadonlySet<string> | null): void {
    const isStillRead = (keys: ReadonlySet<string>) => owned === null || !owned.isDisjointFrom(keys);
    if (this.revoking.size > 0 && isStillRead(this.revoking)) return;
    const kept = this.assigned.intersection(partitions);
    const revoking = this.assigned.difference(partitions);
    if (revoking.size > 0 && isStillRead(revoking)) {
      this.assigned = kept;
      this.revoking = revoking;
      return;
    }
    this.revoking = new Set();
    this.assigned = new Set([...partitions].filter((key) => kept.has(key) || !isHeld(key)));
    if (this.epoch !== epoch) this.previousEpoch = this.epoch;
    this.epoch = epoch;
  }

  stopTimers(): void {
    clearTimeout(this.sessionTimer);
    clearTimeout(this.revocationTimer);
    this.sessionTimer = undefined;
    this.revocationTimer = undefined;
  }
}

type Held = 'assigned' | 'revoking' | 'target';
