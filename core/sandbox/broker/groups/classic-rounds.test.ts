/** Classic groups over time: sessions, and the rounds of join and sync, with the clock in the test's hand. */
import { describe, expect, it, vi } from 'vitest';
import { ErrorCode } from '../wire/error-codes.ts';
import {
  alone,
  assignTo,
  failure,
  groups,
  joinRequest,
  pair,
  protocol,
  referenceTo,
  reopenGroups,
  state,
  unsaid,
  withClockInHand,
} from './test-groups.ts';

withClockInHand();

describe('a session', () => {
  it('lasts as long as signs of life come, and then the member is out', async () => {
    const member = await alone();
    for (const show of [
      () => groups.heartbeat(member),
      () => groups.heartbeat(member),
      () => groups.checkCommit(member),
      () => void groups.sync(member, unsaid, new Map()),
    ]) {
      vi.advanceTimersByTime(9_999);
      show();
    }
    vi.advanceTimersByTime(9_999);
    expect(state()).toBe('Stable');
    vi.advanceTimersByTime(1);
    expect(state()).toBe('Empty');
    vi.advanceTimersByTime(60_000);
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

  it('counts anew from each answer of ours', async () => {
    const before = await alone({ sessionTimeoutMs: 600_000 });
    const joining = groups.join(joinRequest());
    vi.advanceTimersByTime(5_000);
    const a = referenceTo(await groups.join(joinRequest({ memberId: before.memberId, sessionTimeoutMs: 600_000 })));
    const b = referenceTo(await joining);
    vi.advanceTimersByTime(9_999);
    const syncing = groups.sync(b, unsaid, new Map());
    vi.advanceTimersByTime(5_000);
    await Promise.all([groups.sync(a, unsaid, new Map()), syncing]);
    vi.advanceTimersByTime(9_999);
    expect(state()).toBe('Stable');
    vi.advanceTimersByTime(1);
    expect(() => groups.heartbeat(b)).toThrow(failure(ErrorCode.unknownMemberId));
  });

  it('begins for a member that is never heard of again', async () => {
    const { b } = await pair();
    vi.advanceTimersByTime(10_000);
    expect(() => groups.heartbeat(b)).toThrow(failure(ErrorCode.unknownMemberId));
  });

  it('of a silent member grows no longer while others join', async () => {
    await alone();
    vi.advanceTimersByTime(9_000);
    const joining = groups.join(joinRequest());
    vi.advanceTimersByTime(1_000);
    expect(await joining).toMatchObject({ generationId: 2, members: { length: 1 } });
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
    reopenGroups();
    vi.advanceTimersByTime(9_999);
    groups.heartbeat(member);
    reopenGroups();
    vi.advanceTimersByTime(10_000);
    expect(state()).toBe('Empty');
    reopenGroups();
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
    vi.advanceTimersByTime(10_000);
    const fickle = groups.join(joinRequest({ groupInstanceId: 'fickle' }));
    groups.leave('g', '', 'fickle');
    expect(await fickle).toMatchObject({ errorCode: ErrorCode.unknownMemberId });
    vi.advanceTimersByTime(9_999);
    expect(state(), 'who comes or goes meanwhile does not make it longer').toBe('PreparingRebalance');
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

  it('to which nobody comes goes on as long as the sessions of static members last', async () => {
    const [one, two] = ['one', 'two'].map((groupInstanceId) => ({ groupInstanceId, sessionTimeoutMs: 600_000 }));
    const { a, b } = await pair(one, two);
    await Promise.all([groups.sync(b, unsaid, new Map()), groups.sync(a, unsaid, assignTo(a, b))]);
    void groups.join(joinRequest({ groupInstanceId: 'three' }));
    groups.leave('g', '', 'three');
    vi.advanceTimersByTime(300_000);
    expect(groups.get('g')).toMatchObject({ state: 'PreparingRebalance', generationId: 2 });
    const joining = groups.join(joinRequest(two));
    vi.advanceTimersByTime(60_000);
    const joined = await joining;
    expect(joined).toMatchObject({ generationId: 3, leader: joined.memberId, members: { length: 2 } });
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

  it('does not begin for an id that is given out, nor end for one that is given back', async () => {
    const given = await groups.join(joinRequest({ requiresKnownId: true }));
    groups.leave('g', given.memberId, null);
    expect(groups.get('g')).toMatchObject({ state: 'Empty', generationId: 0 });
    await groups.join(joinRequest({ requiresKnownId: true }));
    reopenGroups();
    expect(vi.getTimerCount(), 'ids that wait end with the broker').toBe(0);
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
    const { a, b } = await pair({ rebalanceTimeoutMs: 10_000 }, { rebalanceTimeoutMs: 10_000 });
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
