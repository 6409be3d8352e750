/**
 * A classic consumer group: who is in it, which generation, and the rounds of join and sync between generations.
 *
 * It holds the state machine only. Which requests are allowed when is the coordinator's part.
 */
import { ErrorCode } from '../wire/error-codes.ts';
import { type JoinResult, Member, type MemberIdentity, type MemberTerms, type SyncResult } from './member.ts';

export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable';

export interface SavedMember {
  readonly id: string;
  readonly identity: MemberIdentity;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  /** Name and base64 of the metadata. */
  readonly protocols: readonly (readonly [string, string])[];
  /** base64 */
  readonly assignment: string;
}

export interface SavedGroup {
  readonly id: string;
  readonly generationId: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly leaderId: string | null;
  readonly members: readonly SavedMember[];
}

export class Group {
  readonly id: string;
  state: GroupState = 'Empty';
  generationId = 0;
  protocolType: string | null = null;
  protocolName: string | null = null;
  leaderId: string | null = null;
  readonly members = new Map<string, Member>();
  /** Member ids that were given out and have not joined yet, each with the timer that forgets it. */
  readonly #pending = new Map<string, NodeJS.Timeout>();
  #roundTimer: NodeJS.Timeout | undefined;
  /** Called when a restart should find the group as it is now. */
  readonly #save: (group: SavedGroup) => void;

  constructor(id: string, save: (group: SavedGroup) => void) {
    this.id = id;
    this.#save = save;
  }

  restore(saved: SavedGroup): void {
    this.generationId = saved.generationId;
    this.protocolType = saved.protocolType;
    this.protocolName = saved.protocolName;
    this.leaderId = saved.leaderId;
    for (const { id, identity, protocols, assignment, ...timeouts } of saved.members) {
      const decoded = protocols.map(([name, metadata]) => ({ name, metadata: Buffer.from(metadata, 'base64') }));
      const member = this.#newMember(id, identity, { ...timeouts, protocols: decoded });
      member.assignment = Buffer.from(assignment, 'base64');
      member.touch();
    }
    this.state = this.members.size > 0 ? 'Stable' : 'Empty';
  }

  persist(): void {
    const members = [...this.members.values()].map((member) => ({
      id: member.id,
      identity: member.identity,
      sessionTimeoutMs: member.sessionTimeoutMs,
      rebalanceTimeoutMs: member.rebalanceTimeoutMs,
      protocols: member.protocols.map(({ name, metadata }) => [name, metadata.toString('base64')] as const),
      assignment: member.assignment.toString('base64'),
    }));
    const { id, generationId, protocolType, protocolName, leaderId } = this;
    this.#save({ id, generationId, protocolType, protocolName, leaderId, members });
  }

  byInstance(groupInstanceId: string): Member | undefined {
    return this.members.values().find(({ identity }) => identity.groupInstanceId === groupInstanceId);
  }

  /** Whether every member could follow one of the protocols that a newcomer offers. */
  accepts(protocolType: string, names: readonly string[]): boolean {
    if (this.members.size === 0) return protocolType !== '' && names.length > 0;
    return protocolType === this.protocolType && names.some((name) => this.#isCommonProtocol(name));
  }

  #isCommonProtocol(name: string): boolean {
    return [...this.members.values()].every((member) => member.protocols.some((protocol) => protocol.name === name));
  }

  addPending(memberId: string, sessionTimeoutMs: number): void {
    this.#pending.set(memberId, setTimeout(() => this.dropPending(memberId), sessionTimeoutMs).unref());
  }

  takePending(memberId: string): boolean {
    clearTimeout(this.#pending.get(memberId));
    return this.#pending.delete(memberId);
  }

  get hasPending(): boolean {
    return this.#pending.size > 0;
  }

  /** A pending id is given back: the round may only have waited for it. False when there is none. */
  dropPending(memberId: string): boolean {
    const isDropped = this.takePending(memberId);
    if (isDropped) this.#completeJoinWhenReady();
    return isDropped;
  }

  #newMember(id: string, identity: MemberIdentity, terms: MemberTerms): Member {
    const member = new Member(id, identity, terms, (expired) => this.remove(expired));
    this.members.set(id, member);
    return member;
  }

  /** Adds a member, begins a round and gives the answer to its join. */
  join(id: string, identity: MemberIdentity, protocolType: string, terms: MemberTerms): Promise<JoinResult> {
    this.protocolType = protocolType;
    const member = this.#newMember(id, identity, terms);
    this.leaderId ??= id;
    return this.rejoin(member, terms);
  }

  /** A member joins again: the round begins, or goes on. */
  rejoin(member: Member, terms: MemberTerms): Promise<JoinResult> {
    member.setTerms(terms);
    const answer = member.awaitJoin(({ id }) => this.failedJoin(ErrorCode.unknownMemberId, id));
    if (this.state !== 'PreparingRebalance') this.#prepareRebalance();
    else this.#completeJoinWhenReady();
    return answer;
  }

  /** A static member comes back under a new id; its place and assignment stay. */
  replace(old: Member, newId: string, identity: MemberIdentity): Member {
    old.answerJoin(this.failedJoin(ErrorCode.fencedInstanceId, old.id));
    old.answerSync(this.failedSync(ErrorCode.fencedInstanceId));
    old.stopTimer();
    this.members.delete(old.id);
    const member = this.#newMember(newId, identity, old);
    member.assignment = old.assignment;
    if (this.leaderId === old.id) this.leaderId = newId;
    return member;
  }

  #prepareRebalance(): void {
    for (const member of this.members.values()) member.answerSync(this.failedSync(ErrorCode.rebalanceInProgress));
    this.state = 'PreparingRebalance';
    this.#startRound(() => this.#completeJoin());
    this.#completeJoinWhenReady();
  }

  /** As long as the most patient member allows. */
  #startRound(onTimeout: () => void): void {
    clearTimeout(this.#roundTimer);
    const timeoutMs = Math.max(0, ...[...this.members.values()].map((member) => member.rebalanceTimeoutMs));
    this.#roundTimer = setTimeout(onTimeout, timeoutMs).unref();
  }

  #completeJoinWhenReady(): void {
    if (this.state !== 'PreparingRebalance' || this.#pending.size > 0) return;
    if ([...this.members.values()].every((member) => member.isAwaitingJoin)) this.#completeJoin();
  }

  #completeJoin(): void {
    for (const member of [...this.members.values()]) {
      if (!member.isAwaitingJoin && member.identity.groupInstanceId === null) this.#drop(member);
    }
    const joining = [...this.members.values()].filter((member) => member.isAwaitingJoin);
    if (joining.length === 0 && this.members.size > 0) {
      // Static members have their whole session to come back.
      this.#startRound(() => this.#completeJoin());
      return;
    }
    this.generationId++;
    if (joining.length === 0) {
      this.#becomeEmpty();
      return;
    }
    if (!joining.some(({ id }) => id === this.leaderId)) this.leaderId = joining[0]!.id;
    this.protocolName = this.#vote();
    this.state = 'CompletingRebalance';
    for (const member of joining) member.answerJoin(this.joined(member));
    this.#startRound(() => this.#dropThoseWhoDidNotSync());
  }

  /** Each member votes for the first of its protocols that all know. */
  #vote(): string {
    const votes = new Map<string, number>();
    for (const { protocols } of this.members.values()) {
      const { name } = protocols.find((protocol) => this.#isCommonProtocol(protocol.name))!;
      votes.set(name, (votes.get(name) ?? 0) + 1);
    }
    return [...votes].sort((a, b) => b[1] - a[1])[0]![0];
  }

  #dropThoseWhoDidNotSync(): void {
    for (const member of [...this.members.values()]) if (!member.isAwaitingSync) this.#drop(member);
    this.#prepareRebalance();
  }

  /** The answer to a join of the present generation. */
  joined(member: Member): JoinResult {
    const isLeader = member.id === this.leaderId;
    return {
      errorCode: ErrorCode.none,
      generationId: this.generationId,
      protocolType: this.protocolType,
      protocolName: this.protocolName,
      leader: this.leaderId ?? '',
      memberId: member.id,
      members: isLeader
        ? [...this.members.values()].map((each) => ({
            memberId: each.id,
            groupInstanceId: each.identity.groupInstanceId,
            metadata: each.metadataFor(this.protocolName),
          }))
        : [],
    };
  }

  failedJoin(errorCode: number, memberId: string): JoinResult {
    return { errorCode, generationId: -1, protocolType: null, protocolName: null, leader: '', memberId, members: [] };
  }

  failedSync(errorCode: number): SyncResult {
    return { errorCode, protocolType: null, protocolName: null, assignment: Buffer.alloc(0) };
  }

  synced(member: Member): SyncResult {
    const { protocolType, protocolName } = this;
    return { errorCode: ErrorCode.none, protocolType, protocolName, assignment: member.assignment };
  }

  /** The leader's word ends the round: every member gets its part. */
  assign(assignments: ReadonlyMap<string, Buffer>): void {
    clearTimeout(this.#roundTimer);
    for (const member of this.members.values()) {
      member.assignment = Buffer.from(assignments.get(member.id) ?? Buffer.alloc(0));
    }
    this.state = 'Stable';
    this.persist();
    for (const member of this.members.values()) member.answerSync(this.synced(member));
  }

  /** A member left or was silent for too long. */
  remove(member: Member): void {
    this.#drop(member);
    if (this.state === 'Stable' || this.state === 'CompletingRebalance') this.#prepareRebalance();
    else this.#completeJoinWhenReady();
  }

  #drop(member: Member): void {
    this.members.delete(member.id);
    member.answerJoin(this.failedJoin(ErrorCode.unknownMemberId, member.id));
    member.answerSync(this.failedSync(ErrorCode.unknownMemberId));
    member.stopTimer();
    if (this.leaderId === member.id) this.leaderId = this.members.keys().next().value ?? null;
  }

  #becomeEmpty(): void {
    clearTimeout(this.#roundTimer);
    this.state = 'Empty';
    this.protocolName = null;
    this.leaderId = null;
    this.persist();
  }

  /** Ends every wait and timer. */
  close(): void {
    clearTimeout(this.#roundTimer);
    for (const timer of this.#pending.values()) clearTimeout(timer);
    for (const member of [...this.members.values()]) this.#drop(member);
  }
}
