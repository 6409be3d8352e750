/** The groups of the new protocol (KIP-848): which heartbeat is allowed when, by Kafka's own error codes. */
import { randomUUID } from 'node:crypto';
import type { Topics } from '../topics.ts';
import { ErrorCode, ProtocolError } from '../wire/error-codes.ts';
import { assignors } from './assignors.ts';
import { ConsumerGroup, type SavedConsumerGroup } from './consumer-group.ts';
import type { ConsumerMember, Subscription } from './consumer-member.ts';
import { SavedGroups } from './saved-groups.ts';

/** In the place of an epoch. */
const epoch = { join: 0, leave: -1, leaveForNow: -2 } as const;

/** null, and -1 for the timeout, mean: as in the heartbeat before. */
export interface ConsumerHeartbeat {
  readonly groupId: string;
  /** Empty where the broker is to choose one. */
  readonly memberId: string;
  readonly memberEpoch: number;
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly rebalanceTimeoutMs: number;
  readonly subscribedTopicNames: readonly string[] | null;
  readonly subscribedTopicRegex: string | null;
  readonly serverAssignor: string | null;
  /** Keys of the partitions that the member reads. */
  readonly owned: ReadonlySet<string> | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly mayLackId: boolean;
}

export interface HeartbeatResult {
  readonly memberId: string;
  readonly memberEpoch: number;
  /** What the member may read; null where that is as it was. */
  readonly assigned: ReadonlySet<string> | null;
}

export interface ConsumerGroupsOptions {
  readonly path: string;
  readonly topics: Topics;
  readonly log: (line: string, level?: 'info') => void;
}

export class ConsumerGroups {
  readonly #groups = new Map<string, ConsumerGroup>();
  readonly #saved: SavedGroups<SavedConsumerGroup>;
  readonly #options: ConsumerGroupsOptions;

  constructor(options: ConsumerGroupsOptions) {
    this.#options = options;
    this.#saved = new SavedGroups(options.path, options.log);
    for (const saved of this.#saved.all()) this.#create(saved.id).restore(saved);
  }

  #create(id: string): ConsumerGroup {
    const group = new ConsumerGroup(id, this.#options.topics, (saved) => this.#save(saved));
    this.#groups.set(id, group);
    return group;
  }

  #save(group: SavedConsumerGroup): void {
    this.#options.log(`group ${group.id}: epoch ${group.epoch}, members: ${group.members.length}`, 'info');
    this.#saved.save(group);
  }

  get(groupId: string): ConsumerGroup | undefined {
    return this.#groups.get(groupId);
  }

  ids(): IterableIterator<string> {
    return this.#groups.keys();
  }

  heartbeat(request: ConsumerHeartbeat): HeartbeatResult {
    checkHeartbeat(request);
    const { groupId, memberEpoch } = request;
    const group = this.#groups.get(groupId) ?? (memberEpoch === epoch.join ? this.#create(groupId) : undefined);
    if (group === undefined) throw new ProtocolError(ErrorCode.groupIdNotFound, `Consumer group ${groupId} not found.`);
    group.noteTopics();
    if (memberEpoch < epoch.join) return this.#leave(group, request);
    const member = this.#memberFor(group, request);
    const hasChanged = group.advance(member, request.owned);
    group.touch(member);
    group.persist();
    const isTold = hasChanged || isWhole(request);
    return { memberId: member.id, memberEpoch: member.epoch, assigned: isTold ? member.assigned : null };
  }

  #memberFor(group: ConsumerGroup, request: ConsumerHeartbeat): ConsumerMember {
    const { memberEpoch, instanceId, clientId, clientHost } = request;
    const identity = { clientId, clientHost, groupInstanceId: instanceId };
    const id = request.memberId === '' ? randomUUID() : request.memberId;
    const known = instanceId === null ? group.members.get(id) : group.byInstance(instanceId);
    if (memberEpoch === epoch.join) {
      if (known === undefined) return group.add(id, identity, subscriptionOf(request));
      if (known.id !== id) {
        if (known.epoch !== epoch.leaveForNow) {
          throw new ProtocolError(ErrorCode.unreleasedInstanceId, `Instance ${instanceId} is in use by ${known.id}.`);
        }
        return group.replace(known, id, identity, subscriptionOf(request));
      }
    } else checkMember(known, request);
    const member = known!;
    group.resubscribe(member, subscriptionOf(request, member.subscription));
    return member;
  }

  #leave(group: ConsumerGroup, request: ConsumerHeartbeat): HeartbeatResult {
    const { memberId, memberEpoch, instanceId } = request;
    const member = instanceId === null ? group.members.get(memberId) : group.byInstance(instanceId);
    if (member === undefined) throw unknownMember(request);
    if (member.id !== memberId) throw fencedInstance(request);
    if (memberEpoch === epoch.leaveForNow) group.suspend(member, epoch.leaveForNow);
    else group.remove(member);
    group.persist();
    return { memberId, memberEpoch, assigned: null };
  }

  /** Throws when a commit or a look-up in the name of this member is not allowed now. */
  check(group: ConsumerGroup, memberId: string, memberEpoch: number): void {
    if (memberEpoch < 0 && group.members.size === 0) return;
    const member = group.members.get(memberId);
    if (member === undefined) throw new ProtocolError(ErrorCode.unknownMemberId, `Member ${memberId} is no member.`);
    if (member.epoch !== memberEpoch) {
      throw new ProtocolError(ErrorCode.staleMemberEpoch, `Epoch ${memberEpoch} of the member is not ${member.epoch}.`);
    }
    group.touch(member);
  }

  /** The group must have no members. */
  forget(groupId: string): void {
    this.#groups.get(groupId)?.close();
    this.#groups.delete(groupId);
    this.#saved.delete(groupId);
  }

  close(): void {
    for (const group of this.#groups.values()) group.close();
    this.#saved.close();
  }
}

/** What the request says, and otherwise what was said before. */
function subscriptionOf(request: ConsumerHeartbeat, last?: Subscription): Subscription {
  const { rebalanceTimeoutMs, subscribedTopicNames, subscribedTopicRegex, serverAssignor, rackId } = request;
  return {
    topicNames: subscribedTopicNames ?? last?.topicNames ?? [],
    // An empty pattern ends the subscription by pattern.
    topicPattern: (subscribedTopicRegex ?? last?.topicPattern) || null,
    assignor: serverAssignor ?? last?.assignor ?? null,
    rackId: rackId ?? last?.rackId ?? null,
    rebalanceTimeoutMs: rebalanceTimeoutMs === -1 ? last!.rebalanceTimeoutMs : rebalanceTimeoutMs,
  };
}

/** A request that says everything is one of a client that may have lost an answer. */
const isWhole = ({ rebalanceTimeoutMs, subscribedTopicNames, subscribedTopicRegex, owned }: ConsumerHeartbeat) =>
  rebalanceTimeoutMs !== -1 && (subscribedTopicNames !== null || subscribedTopicRegex !== null) && owned !== null;

/** The rules of a request by itself. */
function checkHeartbeat(request: ConsumerHeartbeat): void {
  const { memberId, memberEpoch, instanceId, rackId, serverAssignor, owned } = request;
  const refuse = (isWrong: boolean, message: string) => {
    if (isWrong) throw new ProtocolError(ErrorCode.invalidRequest, message);
  };
  refuse(request.groupId === '', "GroupId can't be empty.");
  refuse(instanceId === '', "InstanceId can't be empty.");
  refuse(rackId === '', "RackId can't be empty.");
  refuse(memberEpoch < epoch.leaveForNow, 'MemberEpoch is invalid.');
  refuse(memberId === '' && !(memberEpoch === epoch.join && request.mayLackId), "MemberId can't be empty.");
  refuse(memberEpoch === epoch.leaveForNow && instanceId === null, "InstanceId can't be null.");
  if (memberEpoch === epoch.join) {
    const { rebalanceTimeoutMs, subscribedTopicNames, subscribedTopicRegex } = request;
    refuse(rebalanceTimeoutMs === -1, 'RebalanceTimeoutMs must be provided in first request.');
    refuse(owned === null || owned.size > 0, 'TopicPartitions must be empty when (re-)joining.');
    const isWithout = subscribedTopicNames === null && subscribedTopicRegex === null;
    refuse(isWithout, 'Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.');
  }
  if (serverAssignor !== null && !Object.hasOwn(assignors, serverAssignor)) {
    const known = Object.keys(assignors).join(', ');
    const message = `ServerAssignor ${serverAssignor} is not supported. Supported assignors: ${known}.`;
    throw new ProtocolError(ErrorCode.unsupportedAssignor, message);
  }
}

/** A member may name its present epoch, or the one before when it can only have missed the last answer. */
function checkMember(member: ConsumerMember | undefined, request: ConsumerHeartbeat): asserts member is ConsumerMember {
  const { memberId, memberEpoch, owned } = request;
  if (member === undefined) throw unknownMember(request);
  if (member.id !== memberId) throw fencedInstance(request);
  if (memberEpoch === member.epoch) return;
  if (memberEpoch === member.previousEpoch && owned?.isSubsetOf(member.assigned) === true) return;
  const message = `The consumer group member has a ${memberEpoch < member.epoch ? 'smaller' : 'greater'} member epoch (${memberEpoch}) than the one known by the group coordinator (${member.epoch}). The member must abandon all its partitions and rejoin.`;
  throw new ProtocolError(ErrorCode.fencedMemberEpoch, message);
}

function unknownMember({ memberId, groupId }: ConsumerHeartbeat): ProtocolError {
  return new ProtocolError(ErrorCode.unknownMemberId, `Member ${memberId} is not a member of group ${groupId}.`);
}

function fencedInstance({ memberId, instanceId }: ConsumerHeartbeat): ProtocolError {
  return new ProtocolError(
    ErrorCode.fencedInstanceId,
    `Instance ${instanceId} has another member id than ${memberId}.`,
  );
}
