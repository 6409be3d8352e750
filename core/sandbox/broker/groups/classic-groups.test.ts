/** Classic groups over time: sessions, rounds, leaders and votes, with the clock in the test's hand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Topics } from '../topics.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { GroupCoordinator, type JoinRequest, type MemberReference } from './coordinator.ts';
import type { JoinResult } from './member.ts';
import { joinRequest } from './test-groups.ts';

let dataDir: string;
let topics: Topics;
let groups: GroupCoordinator;

beforeEach(() => {
  vi.useFakeTimers();
  dataDir = mkdtempSync(join(tmpdir(), 'classic-groups-'));
  topics = new Topics(dataDir, () => {});
  groups = new GroupCoordinator(dataDir, topics, () => {});
});

afterEach(() => {
  groups.close();
  expect(vi.getTimerCount(), 'a closed coordinator leaves no timer').toBe(0);
  topics.close();
  rmSync(dataDir, { recursive: true });
  vi.useRealTimers();
});

function reopen(): void {
  groups.close();
  groups = new GroupCoordinator(dataDir, topics, () => {});
}

const protocol = (name: string, metadata = 'm') => ({ name, metadata: Buffer.from(metadata) });

const failure = (code: number) => expect.objectContaining({ code });
const state = () => groups.get('g')!.state;
const unsaid = { type: null, name: null };

const referenceTo = ({ memberId, generationId }: JoinResult, groupInstanceId: string | null = null) => ({
  groupId: 'g',
  memberId,
  groupInstanceId,
  generationId,
});

const assignTo = (...references: readonly MemberReference[]) =>
  new Map(references.map(({ memberId }) => [memberId, Buffer.from(`for ${memberId}`)]));

/** One member, and the leader. */
async function alone(overrides: Partial<JoinRequest> = {}): Promise<MemberReference> {
  const joined = await groups.join(joinRequest(overrides));
  const reference = referenceTo(joined, overrides.groupInstanceId ?? null);
  await groups.sync(reference, unsaid, assignTo(reference));
  return reference;
}

/** Two members of generation 2; the first one leads. */
async function pair(one: Partial<JoinRequest> = {}, two: Partial<JoinRequest> = {}) {
  const before = await alone(one);
  const joining = groups.join(joinRequest(two));
  const first = await groups.join(joinRequest({ ...one, memberId: before.memberId }));
  const second = await joining;
  return { first, second, a: referenceTo(first), b: referenceTo(second) };
}

describe('a session', () => {
  it('lasts as long as heartbeats come, and then the member is out', async () => {
    const member = await alone();
    for (let i = 0; i < 3; i++) {
      vi.advanceTimersByTime(9_999);
      groups.heartbeat(member);
    }
    vi.advanceTimersByTime(9_999);
    groups.checkCommit(member);
    vi.advanceTimersByTime(9_999);
    expect(state()).toBe('Stable');
    vi.advanceTimersByTime(1);
    expect(state()).toBe('Empty');
    expect(groups.get('g')).toMatchObject({ leaderId: null, protocolName: null, generationId: 2 });
    expect(() => groups.heartbeat(member)).toThrow(failure(ErrorCode.unknownMemberId));
  });

  it('does not end while the member waits for an answer of ours', async () => {
    const long = await alone({ sessionTimeoutMs: 50_000 });
    const waiting = groups.join(joinRequest({ sessionTimeoutMs: 6_000 }));
    vi.advanceTimersByTime(40_000);
    const joined = groups.join(joinRequest({ memberId: long.memberId, sessionTimeoutMs: 50_000 }));
    expect(await joined).toMatchObject({ generationId: 2, members: { length: 2 } });
    const second = referenceTo(await waiting);
    const synced = groups.sync(second, unsaid, new Map());
    vi.advanceTimersByTime(40_000);
    const first = { ...long, generationId: 2 };
    await groups.sync(first, unsaid, assignTo(second));
    expect(String((await synced).assignment)).toBe(`for ${second.memberId}`);
  });

  it('takes the length that the last join names', async () => {
    const member = await alone();
    const again = await groups.join(joinRequest({ memberId: member.memberId, sessionTimeoutMs: 30_000 }));
    await groups.sync(referenceTo(again), unsaid, new Map());
    vi.advanceTimersByTime(29_999);
    expect(state()).toBe('Stable');
    vi.advanceTimersByTime(1);
    expect(state()).toBe('Empty');
  });

  it('goes on after a restart', async () => {
    const member = await alone();
    reopen();
    vi.advanceTimersByTime(9_999);
    groups.heartbeat(member);
    vi.advanceTimersByTime(10_000);
    expect(state()).toBe('Empty');
    reopen();
    expect(groups.get('g')).toMatchObject({ state: 'Empty', generationId: 2, leaderId: null });
  });

  it.each([5_999, 1_800_001])('of %i ms is refused', (sessionTimeoutMs) => {
    expect(() => groups.join(joinRequest({ sessionTimeoutMs }))).toThrow(failure(ErrorCode.invalidSessionTimeout));
  });

  it.each([6_000, 1_800_000])('of %i ms is allowed', async (sessionTimeoutMs) => {
    expect(await groups.join(joinRequest({ sessionTimeoutMs }))).toMatchObject({ errorCode: 0 });
  });
});

describe('a round of joins', () => {
  it('is told to who is in already, and admits a member under the id that it was given', async () => {
    const member = await alone();
    const given = await groups.join(joinRequest({ requiresKnownId: true }));
    expect(given).toMatchObject({ errorCode: ErrorCode.memberIdRequired, members: [] });
    const joining = groups.join(joinRequest({ requiresKnownId: true, memberId: given.memberId }));
    expect(() => groups.heartbeat(member)).toThrow(failure(ErrorCode.rebalanceInProgress));
    expect(await groups.join(joinRequest({ memberId: member.memberId }))).toMatchObject({ generationId: 2 });
    expect(await joining).toMatchObject({ memberId: given.memberId, leader: member.memberId, members: [] });
  });

  it('goes on without the dynamic members that do not come, after the longest time that one allows', async () => {
    const late = await alone({ sessionTimeoutMs: 600_000, rebalanceTimeoutMs: 20_000 });
    const joining = groups.join(joinRequest({ rebalanceTimeoutMs: 10_000 }));
    expect(state()).toBe('PreparingRebalance');
    vi.advanceTimersByTime(19_999);
    expect(state()).toBe('PreparingRebalance');
    vi.advanceTimersByTime(1);
    const joined = await joining;
    expect(joined).toMatchObject({ generationId: 2, leader: joined.memberId, members: { length: 1 } });
    expect(() => groups.heartbeat(late)).toThrow(failure(ErrorCode.unknownMemberId));
  });

  it('keeps a static member that does not come', async () => {
    await alone({ groupInstanceId: 'one', sessionTimeoutMs: 600_000 });
    const joining = groups.join(joinRequest());
    vi.advanceTimersByTime(60_000);
    const joined = await joining;
    expect(joined.leader, 'who came leads').toBe(joined.memberId);
    expect(joined.members.map(({ groupInstanceId }) => groupInstanceId)).toEqual(expect.arrayContaining(['one', null]));
  });

  it('waits for a member that was given an id, until its session is over', async () => {
    const member = await alone({ sessionTimeoutMs: 600_000 });
    const given = await groups.join(joinRequest({ requiresKnownId: true }));
    const again = groups.join(joinRequest({ memberId: member.memberId, sessionTimeoutMs: 600_000 }));
    vi.advanceTimersByTime(9_999);
    expect(state()).toBe('PreparingRebalance');
    vi.advanceTimersByTime(1);
    expect(await again).toMatchObject({ generationId: 2, members: { length: 1 } });
    expect(() => groups.join(joinRequest({ memberId: given.memberId }))).toThrow(failure(ErrorCode.unknownMemberId));
  });

  it('is over when the only one that it waits for gives its id back', async () => {
    const member = await alone();
    const given = await groups.join(joinRequest({ requiresKnownId: true }));
    const again = groups.join(joinRequest({ memberId: member.memberId }));
    groups.leave('g', given.memberId, null);
    expect(await again).toMatchObject({ errorCode: 0, generationId: 2 });
    expect(() => groups.leave('g', given.memberId, null)).toThrow(failure(ErrorCode.unknownMemberId));
  });

  it('is over when the only one that it waits for leaves', async () => {
    const { a, b } = await pair();
    const again = groups.join(joinRequest({ memberId: b.memberId, protocols: [protocol('range', 'other')] }));
    groups.leave('g', a.memberId, null);
    expect(await again).toMatchObject({ generationId: 3, leader: b.memberId, members: { length: 1 } });
  });

  it('answers only the last request of a member', async () => {
    const member = await alone();
    const other = groups.join(joinRequest());
    // Its session outlasts the round, so it is asked for once more.
    const given = await groups.join(joinRequest({ requiresKnownId: true }));
    const first = groups.join(joinRequest({ memberId: member.memberId }));
    const second = groups.join(joinRequest({ memberId: member.memberId }));
    expect(await first).toMatchObject({ errorCode: ErrorCode.unknownMemberId, generationId: -1 });
    groups.leave('g', given.memberId, null);
    expect(await second).toMatchObject({ errorCode: 0, generationId: 2 });
    expect(await other).toMatchObject({ errorCode: 0, generationId: 2 });
  });
});

describe('a round of syncs', () => {
  it('begins anew without those who did not sync in time', async () => {
    const { a, b } = await pair({ sessionTimeoutMs: 600_000 }, { rebalanceTimeoutMs: 10_000 });
    const synced = groups.sync(b, unsaid, new Map());
    vi.advanceTimersByTime(59_999);
    expect(state()).toBe('CompletingRebalance');
    vi.advanceTimersByTime(1);
    expect(await synced).toMatchObject({ errorCode: ErrorCode.rebalanceInProgress });
    expect(state()).toBe('PreparingRebalance');
    expect(() => groups.heartbeat(a)).toThrow(failure(ErrorCode.unknownMemberId));
    expect(() => groups.heartbeat(b)).toThrow(failure(ErrorCode.rebalanceInProgress));
    expect(() => groups.sync(b, unsaid, new Map())).toThrow(failure(ErrorCode.rebalanceInProgress));
  });

  it('gives every member its part when the leader speaks, and the same to who asks again', async () => {
    const { a, b } = await pair();
    const waiting = groups.sync(b, unsaid, assignTo(a, b));
    expect(state()).toBe('CompletingRebalance');
    expect(() => groups.checkCommit(a)).toThrow(failure(ErrorCode.rebalanceInProgress));
    const own = await groups.sync(a, { type: 'consumer', name: 'range' }, assignTo(b));
    expect(own).toMatchObject({ errorCode: 0, protocolType: 'consumer', protocolName: 'range' });
    expect(own.assignment, 'the leader gave itself nothing').toHaveLength(0);
    expect(String((await waiting).assignment)).toBe(`for ${b.memberId}`);
    expect(String((await groups.sync(b, unsaid, new Map())).assignment)).toBe(`for ${b.memberId}`);
    vi.advanceTimersByTime(9_999);
    groups.heartbeat(a);
    groups.heartbeat(b);
    vi.advanceTimersByTime(9_999);
    expect(state(), 'the time of the round is no longer counted').toBe('Stable');
  });

  it('answers only the last request of a member', async () => {
    const { a, b } = await pair();
    const first = groups.sync(b, unsaid, new Map());
    const second = groups.sync(b, unsaid, new Map());
    expect(await first).toMatchObject({ errorCode: ErrorCode.unknownMemberId });
    await groups.sync(a, unsaid, assignTo(b));
    expect(await second).toMatchObject({ errorCode: 0 });
  });

  it('refuses another protocol than that of the generation', async () => {
    const { memberId, generationId } = await groups.join(joinRequest());
    const member = { groupId: 'g', memberId, groupInstanceId: null, generationId };
    for (const wrong of [
      { type: 'connect', name: null },
      { type: null, name: 'sticky' },
    ]) {
      expect(() => groups.sync(member, wrong, new Map())).toThrow(failure(ErrorCode.inconsistentGroupProtocol));
    }
  });
});

describe('a member that joins again', () => {
  it('with nothing new gets the present generation, unless it leads', async () => {
    const { a, b } = await pair();
    expect(await groups.join(joinRequest({ memberId: a.memberId })), 'nobody has synced').toMatchObject({
      generationId: 2,
      members: { length: 2 },
    });
    await groups.sync(a, unsaid, assignTo(a, b));
    expect(await groups.join(joinRequest({ memberId: b.memberId }))).toMatchObject({ generationId: 2, members: [] });
    expect(state()).toBe('Stable');
    void groups.join(joinRequest({ memberId: a.memberId }));
    expect(state(), 'a leader that joins wants to assign anew').toBe('PreparingRebalance');
  });

  it.each([
    { protocols: [protocol('range', 'new')] },
    { protocols: [protocol('sticky'), protocol('range')] },
    { protocols: [protocol('range'), protocol('sticky')] },
  ])('with other protocols begins a round: %j', async ({ protocols }) => {
    const { a, b } = await pair();
    void groups.sync(a, unsaid, assignTo(a, b));
    void groups.join(joinRequest({ memberId: b.memberId, protocols }));
    expect(state()).toBe('PreparingRebalance');
  });

  it('with other protocols begins a round also before all have synced', async () => {
    const { a, b } = await pair();
    const waiting = groups.sync(b, unsaid, new Map());
    void groups.join(joinRequest({ memberId: a.memberId, protocols: [protocol('range', 'new')] }));
    expect(await waiting).toMatchObject({ errorCode: ErrorCode.rebalanceInProgress });
  });
});

describe('the protocol', () => {
  it('is the first choice of most among those that all know', async () => {
    const [range, sticky, own] = [protocol('range', 'r'), protocol('sticky', 's'), protocol('own', 'o')];
    const wishes = [
      [own, range, sticky],
      [sticky, range],
      [sticky, range],
    ];
    const before = await alone({ protocols: wishes[0]! });
    const others = wishes.slice(1).map((protocols) => groups.join(joinRequest({ protocols })));
    const leader = await groups.join(joinRequest({ memberId: before.memberId, protocols: wishes[0]! }));
    expect(leader.protocolName).toBe('sticky');
    expect(leader.members.map(({ metadata }) => String(metadata))).toEqual(['s', 's', 's']);
    for (const other of others) expect(await other).toMatchObject({ protocolName: 'sticky', protocolType: 'consumer' });
  });

  it('is needed by a newcomer, and shared with the group', async () => {
    const refused = failure(ErrorCode.inconsistentGroupProtocol);
    expect(() => groups.join(joinRequest({ protocols: [] }))).toThrow(refused);
    expect(() => groups.join(joinRequest({ protocolType: '' }))).toThrow(refused);
    await pair({ protocols: [protocol('range'), protocol('sticky')] }, { protocols: [protocol('sticky')] });
    expect(() => groups.join(joinRequest())).toThrow(refused);
    expect(() => groups.join(joinRequest({ protocolType: 'connect', protocols: [protocol('sticky')] }))).toThrow(
      refused,
    );
    void groups.join(joinRequest({ protocols: [protocol('other'), protocol('sticky')] }));
  });

  it('may be another one when all have left', async () => {
    const member = await alone();
    groups.leave('g', member.memberId, null);
    const joined = await groups.join(joinRequest({ protocolType: 'connect', protocols: [protocol('default')] }));
    expect(joined).toMatchObject({ protocolType: 'connect', protocolName: 'default' });
  });

  it('keeps no view of the request', async () => {
    const metadata = Buffer.from('mine');
    const assignment = Buffer.from('part');
    const joined = await groups.join(joinRequest({ protocols: [{ name: 'range', metadata }] }));
    metadata.fill(0);
    const reference = referenceTo(joined);
    const synced = groups.sync(reference, unsaid, new Map([[joined.memberId, assignment]]));
    assignment.fill(0);
    expect(String((await synced).assignment)).toBe('part');
    expect(String(groups.get('g')!.members.get(joined.memberId)!.metadataFor('range'))).toBe('mine');
    expect(groups.get('g')!.members.get(joined.memberId)!.metadataFor('sticky')).toHaveLength(0);
  });
});

describe('who leaves', () => {
  it('begins a round for the others, and hands on the lead', async () => {
    const { a, b } = await pair();
    await Promise.all([groups.sync(b, unsaid, new Map()), groups.sync(a, unsaid, assignTo(a, b))]);
    groups.leave('g', a.memberId, null);
    expect(groups.get('g')).toMatchObject({ state: 'PreparingRebalance', leaderId: b.memberId });
    const again = await groups.join(joinRequest({ memberId: b.memberId }));
    expect(again).toMatchObject({ generationId: 3, leader: b.memberId, members: { length: 1 } });
  });

  it('before all have synced begins a round as well', async () => {
    const { a, b } = await pair();
    const waiting = groups.sync(b, unsaid, new Map());
    groups.leave('g', a.memberId, null);
    expect(await waiting).toMatchObject({ errorCode: ErrorCode.rebalanceInProgress });
  });

  it('while it waits is answered that it is no member', async () => {
    const { a, b } = await pair();
    const joining = groups.join(joinRequest({ memberId: b.memberId, protocols: [protocol('range', 'new')] }));
    groups.leave('g', b.memberId, null);
    expect(await joining).toMatchObject({ errorCode: ErrorCode.unknownMemberId, memberId: b.memberId });
    const alone = await groups.join(joinRequest({ memberId: a.memberId }));
    expect(alone).toMatchObject({ generationId: 3, members: { length: 1 } });
    const waiting = groups.sync(referenceTo(alone), unsaid, new Map());
    expect(await waiting).toMatchObject({ errorCode: 0 });
  });

  it('must be a member', async () => {
    expect(() => groups.leave('g', 'm', null)).toThrow(failure(ErrorCode.unknownMemberId));
    const member = await alone({ groupInstanceId: 'one' });
    expect(() => groups.leave('g', 'm', null)).toThrow(failure(ErrorCode.unknownMemberId));
    expect(() => groups.leave('g', '', 'two')).toThrow(failure(ErrorCode.unknownMemberId));
    expect(() => groups.leave('g', 'm', 'one')).toThrow(failure(ErrorCode.fencedInstanceId));
    groups.leave('g', member.memberId, 'one');
    expect(state()).toBe('Empty');
  });
});

describe('a static member that comes back', () => {
  it('has its assignment without a rebalance, and its former self is fenced', async () => {
    const before = await alone({ groupInstanceId: 'one' });
    const joined = await groups.join(joinRequest({ groupInstanceId: 'one' }));
    expect(joined).toMatchObject({ errorCode: 0, generationId: 1, skipAssignment: true });
    expect(joined.memberId).not.toBe(before.memberId);
    const reference = referenceTo(joined, 'one');
    expect(String((await groups.sync(reference, unsaid, new Map())).assignment)).toBe(`for ${before.memberId}`);
    expect(() => groups.heartbeat(before)).toThrow(failure(ErrorCode.fencedInstanceId));
    groups.heartbeat(reference);
    groups.leave('g', '', 'one');
    expect(state()).toBe('Empty');
  });

  it('is told that another one leads, where its client can not skip to assign', async () => {
    const before = await alone({ groupInstanceId: 'one' });
    const joined = await groups.join(joinRequest({ groupInstanceId: 'one', canSkipAssignment: false }));
    expect(joined).toMatchObject({ generationId: 1, leader: before.memberId, members: [] });
    expect(groups.get('g')!.leaderId).toBe(joined.memberId);
    reopen();
    const synced = await groups.sync(referenceTo(joined, 'one'), unsaid, new Map());
    expect(String(synced.assignment)).toBe(`for ${before.memberId}`);
  });

  it('that does not lead has nothing to skip', async () => {
    const { a, b } = await pair({}, { groupInstanceId: 'two' });
    await Promise.all([groups.sync(b, unsaid, new Map()), groups.sync(a, unsaid, assignTo(a, b))]);
    const joined = await groups.join(joinRequest({ groupInstanceId: 'two', canSkipAssignment: false }));
    expect(joined).toMatchObject({ generationId: 2, leader: a.memberId, skipAssignment: false, members: [] });
    expect(state()).toBe('Stable');
    vi.advanceTimersByTime(9_999);
    groups.heartbeat(a);
    vi.advanceTimersByTime(1);
    expect(groups.get('g')!.members.has(joined.memberId), 'its session counts from its return').toBe(false);
  });

  it('with other protocols begins a round', async () => {
    await alone({ groupInstanceId: 'one' });
    const joined = await groups.join(joinRequest({ groupInstanceId: 'one', protocols: [protocol('range', 'new')] }));
    expect(joined).toMatchObject({ generationId: 2, leader: joined.memberId, members: { length: 1 } });
  });

  it('ends the waits of its former self', async () => {
    const { a, b } = await pair({}, { groupInstanceId: 'two' });
    const syncing = groups.sync(b, unsaid, new Map());
    const joining = groups.join(joinRequest({ groupInstanceId: 'two' }));
    expect(await syncing).toMatchObject({ errorCode: ErrorCode.fencedInstanceId });
    void groups.join(joinRequest({ groupInstanceId: 'two' }));
    expect(await joining).toMatchObject({ errorCode: ErrorCode.fencedInstanceId });
    expect(groups.get('g')!.members.size).toBe(2);
    expect(groups.get('g')!.members.has(a.memberId)).toBe(true);
  });
});

describe('requests in the name of a group', () => {
  it('need its id, its generation and its members', async () => {
    const member = await alone();
    for (const ask of [
      (reference: MemberReference) => groups.heartbeat(reference),
      (reference: MemberReference) => void groups.sync(reference, unsaid, new Map()),
      (reference: MemberReference) => groups.checkCommit(reference),
    ]) {
      expect(() => ask({ ...member, memberId: 'm' })).toThrow(failure(ErrorCode.unknownMemberId));
      expect(() => ask({ ...member, generationId: 2 })).toThrow(failure(ErrorCode.illegalGeneration));
    }
    expect(() => groups.heartbeat({ ...member, groupId: '' })).toThrow(failure(ErrorCode.invalidGroupId));
    expect(() => groups.heartbeat({ ...member, groupId: 'h' })).toThrow(failure(ErrorCode.unknownMemberId));
    expect(() => groups.join(joinRequest({ groupId: '' }))).toThrow(failure(ErrorCode.invalidGroupId));
    expect(() => groups.join(joinRequest({ groupId: 'h', memberId: 'm' }))).toThrow(failure(ErrorCode.unknownMemberId));
    expect(groups.get('h')).toBeUndefined();
  });

  it('commit without a member where there is none', async () => {
    const nobody = { groupId: 'g', memberId: '', groupInstanceId: null, generationId: -1 };
    groups.checkCommit(nobody);
    expect(() => groups.checkCommit({ ...nobody, generationId: 0 })).toThrow(failure(ErrorCode.illegalGeneration));
    const member = await alone();
    expect(() => groups.checkCommit(nobody)).toThrow(failure(ErrorCode.unknownMemberId));
    groups.leave('g', member.memberId, null);
    groups.checkCommit(nobody);
    expect(() => groups.checkCommit({ ...nobody, generationId: 0 })).toThrow(failure(ErrorCode.unknownMemberId));
  });
});
