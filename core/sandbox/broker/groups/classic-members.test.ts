/** Members of classic groups: who may join, lead, leave and come back. */
import { describe, expect, it, vi } from 'vitest';
import { ErrorCode } from '../wire/error-codes.ts';
import type { MemberReference } from './coordinator.ts';
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
    expect(await groups.join(joinRequest({ memberId: b.memberId }))).toMatchObject({ generationId: 3 });
  });

  it.each([
    { protocols: [protocol('range')] },
    { protocols: [protocol('range'), protocol('sticky', 'new')] },
    { protocols: [protocol('sticky'), protocol('range')] },
    { protocols: [protocol('range'), protocol('sticky'), protocol('other')] },
  ])('with other protocols begins a round: %j', async ({ protocols }) => {
    const { a, b } = await pair({}, { protocols: [protocol('range'), protocol('sticky')] });
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
    expect(await groups.sync(referenceTo(alone), unsaid, new Map())).toMatchObject({ errorCode: 0 });
  });

  it('while it waits for its part is answered that it is no member', async () => {
    const { b } = await pair();
    const syncing = groups.sync(b, unsaid, new Map());
    groups.leave('g', b.memberId, null);
    expect(await syncing).toMatchObject({ errorCode: ErrorCode.unknownMemberId });
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
    reopenGroups();
    const synced = await groups.sync(referenceTo(joined, 'one'), unsaid, new Map());
    expect(String(synced.assignment)).toBe(`for ${before.memberId}`);
  });

  it('that does not lead has nothing to skip', async () => {
    const { a, b } = await pair({}, { groupInstanceId: 'two' });
    await Promise.all([groups.sync(b, unsaid, new Map()), groups.sync(a, unsaid, assignTo(a, b))]);
    vi.advanceTimersByTime(9_000);
    groups.heartbeat(a);
    const again = joinRequest({ groupInstanceId: 'two', canSkipAssignment: false, sessionTimeoutMs: 8_000 });
    const joined = await groups.join(again);
    expect(joined).toMatchObject({ generationId: 2, leader: a.memberId, skipAssignment: false, members: [] });
    vi.advanceTimersByTime(7_999);
    expect(state()).toBe('Stable');
    vi.advanceTimersByTime(1);
    expect(groups.get('g')!.members.has(joined.memberId), 'its own session counts from its return').toBe(false);
  });

  it('with other protocols begins a round', async () => {
    await alone({ groupInstanceId: 'one' });
    const joined = await groups.join(joinRequest({ groupInstanceId: 'one', protocols: [protocol('range', 'new')] }));
    expect(joined).toMatchObject({ generationId: 2, leader: joined.memberId, members: { length: 1 } });
  });

  it('still leads in the round after, and when another one leaves', async () => {
    const { a, b } = await pair({ groupInstanceId: 'one' });
    await Promise.all([groups.sync(b, unsaid, new Map()), groups.sync(a, unsaid, assignTo(a, b))]);
    const { memberId } = await groups.join(joinRequest({ groupInstanceId: 'one' }));
    void groups.join(joinRequest({ memberId: b.memberId, protocols: [protocol('range', 'new')] }));
    const again = await groups.join(joinRequest({ groupInstanceId: 'one', memberId }));
    expect(again).toMatchObject({ generationId: 3, leader: memberId, members: { length: 2 } });
    void groups.join(joinRequest({ groupInstanceId: 'two' }));
    groups.leave('g', '', 'two');
    expect(groups.get('g')!.leaderId).toBe(memberId);
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
    expect(() => groups.leave('g', '', null)).toThrow(failure(ErrorCode.unknownMemberId));
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
