/**
 * The group coordinator: which request of a classic group is allowed when, by Kafka's own error codes.
 *
 * A group is of one protocol at a time, classic or new (`consumers`); it may change while it has no members.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Topics } from '../topics.ts';
import { ErrorCode, ProtocolError } from '../wire/error-codes.ts';
import { ConsumerGroups, type ConsumerHeartbeat, type HeartbeatResult } from './consumer-groups.ts';
import { Group, type SavedGroup } from './group.ts';
import type { JoinResult, Member, Protocol, SyncResult } from './member.ts';
import { CommittedOffsets } from './offsets.ts';
import { SavedGroups } from './saved-groups.ts';

export const leastSessionTimeoutMs = 6_000;
export const mostSessionTimeoutMs = 1_800_000;

export interface JoinRequest {
  readonly groupId: string;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly protocolType: string;
  readonly protocols: readonly Protocol[];
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly clientId: string;
  readonly clientHost: string;
  /** Newer clients get an id first and join with it (KIP-394). */
  readonly requiresKnownId: boolean;
  readonly canSkipAssignment: boolean;
}

export interface MemberReference {
  readonly groupId: string;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly generationId: number;
}

export class GroupCoordinator {
  readonly offsets: CommittedOffsets;
  readonly consumers: ConsumerGroups;
  readonly #groups = new Map<string, Group>();
  readonly #saved: SavedGroups<SavedGroup>;
  readonly #log: (line: string, level?: 'info') => void;

  constructor(dataDir: string, topics: Topics, log: (line: string, level?: 'info') => void) {
    this.#log = log;
    this.consumers = new ConsumerGroups({ path: join(dataDir, 'consumer-groups.journal'), topics, log });
    this.offsets = new CommittedOffsets(join(dataDir, 'offsets.journal'));
    this.#saved = new SavedGroups(join(dataDir, 'groups.journal'), log);
    for (const saved of this.#saved.all()) this.#groupFor(saved.id).restore(saved);
  }

  #groupFor(id: string): Group {
    const known = this.#groups.get(id);
    if (known !== undefined) return known;
    const group = new Group(id, (saved) => this.#save(saved));
    this.#groups.set(id, group);
    return group;
  }

  #save(group: SavedGroup): void {
    this.#log(`group ${group.id}: generation ${group.generationId}, members: ${group.members.length}`, 'info');
    this.#saved.save(group);
  }

  get(groupId: string): Group | undefined {
    return this.#groups.get(groupId);
  }

  /** Groups with members or offsets, the live ones first. */
  *ids(): Generator<string> {
    yield* this.#groups.keys();
    yield* this.consumers.ids();
    for (const id of this.offsets.groupIds())
      if (!this.#groups.has(id) && this.consumers.get(id) === undefined) yield id;
  }

  join(request: JoinRequest): JoinResult | Promise<JoinResult> {
    const { groupId, memberId, sessionTimeoutMs, protocols } = request;
    if (groupId === '') throw new ProtocolError(ErrorCode.invalidGroupId, 'the group id is empty');
    if (sessionTimeoutMs < leastSessionTimeoutMs || sessionTimeoutMs > mostSessionTimeoutMs) {
      throw new ProtocolError(ErrorCode.invalidSessionTimeout, `session timeout ${sessionTimeoutMs} ms`);
    }
    if (memberId !== '') this.#knownGroup(groupId);
    this.#leaveNewProtocol(groupId);
    const group = this.#groupFor(groupId);
    const names = protocols.map(({ name }) => name);
    if (!group.accepts(request.protocolType, names)) {
      throw new ProtocolError(ErrorCode.inconsistentGroupProtocol, 'no protocol in common with the group');
    }
    if (memberId !== '') return this.#joinKnown(group, request);
    if (request.groupInstanceId !== null) return this.#joinStatic(group, request);
    return this.#joinNew(group, request);
  }

  #leaveNewProtocol(groupId: string): void {
    const group = this.consumers.get(groupId);
    if (group === undefined) return;
    if (group.members.size > 0) {
      throw new ProtocolError(ErrorCode.inconsistentGroupProtocol, `members of ${groupId} use the new group protocol`);
    }
    this.consumers.forget(groupId);
  }

  /** A heartbeat of the new protocol. */
  consumerHeartbeat(request: ConsumerHeartbeat): HeartbeatResult {
    const classic = this.#groups.get(request.groupId);
    if (classic !== undefined && (classic.members.size > 0 || classic.hasPending)) {
      throw new ProtocolError(ErrorCode.groupIdNotFound, `Group ${request.groupId} is not a consumer group.`);
    }
    const result = this.consumers.heartbeat(request);
    if (classic !== undefined) this.#forgetClassic(classic.id);
    return result;
  }

  #joinNew(group: Group, request: JoinRequest): JoinResult | Promise<JoinResult> {
    const id = `${request.clientId}-${randomUUID()}`;
    if (!request.requiresKnownId) return this.#admit(group, id, request);
    group.addPending(id, request.sessionTimeoutMs);
    return group.failedJoin(ErrorCode.memberIdRequired, id);
  }

  #admit(group: Group, id: string, request: JoinRequest): Promise<JoinResult> {
    const { clientId, clientHost, groupInstanceId, protocolType } = request;
    return group.join(id, { clientId, clientHost, groupInstanceId }, protocolType, request);
  }

  #joinStatic(group: Group, request: JoinRequest): JoinResult | Promise<JoinResult> {
    const { clientId, clientHost, groupInstanceId } = request;
    const id = `${groupInstanceId}-${randomUUID()}`;
    const old = group.byInstance(groupInstanceId!);
    if (old === undefined) return this.#admit(group, id, request);
    const isUnchanged = group.state === 'Stable' && old.hasSameProtocols(request.protocols);
    const wasLeader = group.leaderId === old.id;
    const member = group.replace(old, id, { clientId, clientHost, groupInstanceId });
    if (!isUnchanged) return group.rejoin(member, request);
    member.setTerms(request);
    member.touch();
    group.persist();
    const joined = group.joined(member);
    // An older leader would assign anew; it is told that someone else leads, and gets its old part by sync.
    if (wasLeader && !request.canSkipAssignment) return { ...joined, leader: old.id, members: [] };
    return { ...joined, skipAssignment: wasLeader };
  }

  #joinKnown(group: Group, request: JoinRequest): JoinResult | Promise<JoinResult> {
    const { memberId, groupInstanceId } = request;
    if (group.takePending(memberId)) return this.#admit(group, memberId, request);
    const member = this.#memberOf(group, memberId, groupInstanceId);
    const isUnchanged = member.hasSameProtocols(request.protocols);
    if (group.state === 'CompletingRebalance' && isUnchanged) return group.joined(member);
    if (group.state === 'Stable' && isUnchanged && member.id !== group.leaderId) return group.joined(member);
    return group.rejoin(member, request);
  }

  /** Who names a member of a group that is not there is unknown itself. */
  #knownGroup(groupId: string): Group {
    const group = this.#groups.get(groupId);
    if (group !== undefined) return group;
    throw new ProtocolError(ErrorCode.unknownMemberId, `no group ${groupId}`);
  }

  /** The member, or UNKNOWN_MEMBER_ID, or FENCED_INSTANCE_ID when another one has taken its instance id. */
  #memberOf(group: Group, memberId: string, groupInstanceId: string | null): Member {
    if (groupInstanceId !== null) {
      const holder = group.byInstance(groupInstanceId);
      if (holder !== undefined && holder.id !== memberId) {
        throw new ProtocolError(ErrorCode.fencedInstanceId, `instance ${groupInstanceId} has another member id`);
      }
    }
    const member = group.members.get(memberId);
    if (member === undefined) throw new ProtocolError(ErrorCode.unknownMemberId, `no member ${memberId}`);
    return member;
  }

  #member(reference: MemberReference): { group: Group; member: Member } {
    const { groupId, memberId, groupInstanceId, generationId } = reference;
    if (groupId === '') throw new ProtocolError(ErrorCode.invalidGroupId, 'the group id is empty');
    const group = this.#knownGroup(groupId);
    const member = this.#memberOf(group, memberId, groupInstanceId);
    if (generationId !== group.generationId) {
      throw new ProtocolError(ErrorCode.illegalGeneration, `generation ${generationId} is not ${group.generationId}`);
    }
    return { group, member };
  }

  sync(
    reference: MemberReference,
    protocol: { readonly type: string | null; readonly name: string | null },
    assignments: ReadonlyMap<string, Buffer>,
  ): SyncResult | Promise<SyncResult> {
    const { group, member } = this.#member(reference);
    const isOther = (given: string | null, own: string | null) => given !== null && given !== own;
    if (isOther(protocol.type, group.protocolType) || isOther(protocol.name, group.protocolName)) {
      throw new ProtocolError(ErrorCode.inconsistentGroupProtocol, 'not the protocol of this generation');
    }
    member.touch();
    if (group.state === 'PreparingRebalance') throw rebalancing();
    if (group.state === 'Stable') return group.synced(member);
    const answer = member.awaitSync(group.failedSync(ErrorCode.unknownMemberId));
    if (member.id === group.leaderId) group.assign(assignments);
    return answer;
  }

  heartbeat(reference: MemberReference): void {
    const { group, member } = this.#member(reference);
    member.touch();
    if (group.state === 'PreparingRebalance') throw rebalancing();
  }

  leave(groupId: string, memberId: string, groupInstanceId: string | null): void {
    const group = this.#knownGroup(groupId);
    if (group.dropPending(memberId)) return;
    const byInstance = memberId === '' && groupInstanceId !== null ? group.byInstance(groupInstanceId) : undefined;
    group.remove(byInstance ?? this.#memberOf(group, memberId, groupInstanceId));
  }

  /** Throws when a commit in the name of this member is not allowed now. */
  checkCommit(reference: MemberReference): void {
    const consumers = this.consumers.get(reference.groupId);
    if (consumers !== undefined) {
      this.consumers.check(consumers, reference.memberId, reference.generationId);
      return;
    }
    const group = this.#groups.get(reference.groupId);
    if (group === undefined) {
      if (reference.generationId < 0) return;
      throw new ProtocolError(ErrorCode.illegalGeneration, `no group ${reference.groupId}`);
    }
    if (group.state === 'Empty' && reference.generationId < 0) return;
    const { member } = this.#member(reference);
    if (group.state === 'CompletingRebalance') throw rebalancing();
    member.touch();
  }

  /** Throws NON_EMPTY_GROUP or GROUP_ID_NOT_FOUND. */
  delete(groupId: string): void {
    const group = this.#groups.get(groupId) ?? this.consumers.get(groupId);
    if (group === undefined && this.offsets.ofGroup(groupId).size === 0) {
      throw new ProtocolError(ErrorCode.groupIdNotFound, `no group ${groupId}`);
    }
    if (group !== undefined && group.members.size > 0) {
      throw new ProtocolError(ErrorCode.nonEmptyGroup, `group ${groupId} has members`);
    }
    this.#forget(groupId);
    this.offsets.removeGroup(groupId);
  }

  #forget(groupId: string): void {
    this.consumers.forget(groupId);
    this.#forgetClassic(groupId);
  }

  #forgetClassic(groupId: string): void {
    this.#groups.get(groupId)?.close();
    this.#groups.delete(groupId);
    this.#saved.delete(groupId);
  }

  /** Forgets old offsets of idle groups, and groups of which nothing is left. */
  expire(offsetsOlderThanMs: number): void {
    const sizeOf = (id: string) => (this.#groups.get(id) ?? this.consumers.get(id))?.members.size ?? 0;
    this.offsets.expire(offsetsOlderThanMs, (id) => sizeOf(id) > 0);
    for (const id of [...this.consumers.ids()]) {
      if (sizeOf(id) === 0 && this.offsets.ofGroup(id).size === 0) this.consumers.forget(id);
    }
    for (const group of [...this.#groups.values()]) {
      if (group.state === 'Empty' && !group.hasPending && this.offsets.ofGroup(group.id).size === 0)
        this.#forget(group.id);
    }
  }

  close(): void {
    for (const group of this.#groups.values()) group.close();
    this.consumers.close();
    this.#saved.close();
    this.offsets.close();
  }
}

function rebalancing(): ProtocolError {
  return new ProtocolError(ErrorCode.rebalanceInProgress, 'the group is rebalancing');
}
