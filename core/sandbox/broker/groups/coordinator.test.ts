/** What classic groups and those of the new protocol share: ids, commits, deletion, expiry. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../wire/error-codes.ts';
import { alone, failure, first, groups, joinRequest, reopenGroups, unchanged, withClockInHand } from './test-groups.ts';

withClockInHand();

describe('classic and new protocol', () => {
  const heartbeat = { ...unchanged, ...first, memberId: 'n' };
  const offset = { topic: 't', partition: 0, offset: 1n, leaderEpoch: -1, metadata: null };

  it('take a group over when it has no members', async () => {
    const member = await alone();
    expect(() => groups.consumerHeartbeat(heartbeat)).toThrow(failure(ErrorCode.groupIdNotFound));
    groups.leave('g', member.memberId, null);
    const given = await groups.join(joinRequest({ requiresKnownId: true }));
    expect(() => groups.consumerHeartbeat(heartbeat)).toThrow(failure(ErrorCode.groupIdNotFound));
    groups.leave('g', given.memberId, null);
    const { memberEpoch } = groups.consumerHeartbeat(heartbeat);
    expect(groups.get('g')).toBeUndefined();
    expect(() => groups.join(joinRequest())).toThrow(failure(ErrorCode.inconsistentGroupProtocol));
    const own = { groupId: 'g', memberId: 'n', groupInstanceId: null, generationId: memberEpoch };
    groups.checkCommit(own);
    expect(() => groups.checkCommit({ ...own, generationId: 9 })).toThrow(failure(ErrorCode.staleMemberEpoch));
    reopenGroups();
    expect(groups.get('g')).toBeUndefined();
    groups.consumerHeartbeat({ ...heartbeat, memberEpoch: -1 });
    await alone();
    expect(groups.consumers.get('g')).toBeUndefined();
  });

  it('are listed once each, also with offsets alone', async () => {
    await alone();
    groups.consumerHeartbeat({ ...heartbeat, groupId: 'new' });
    for (const id of ['g', 'new', 'offsets']) groups.offsets.commit(id, [offset]);
    expect([...groups.ids()]).toEqual(['g', 'new', 'offsets']);
  });

  it('are deleted when nobody is in them, with their offsets, for good', async () => {
    const member = await alone();
    groups.consumerHeartbeat({ ...heartbeat, groupId: 'new' });
    for (const id of ['new', 'offsets']) groups.offsets.commit(id, [offset]);
    expect(() => groups.delete('g')).toThrow(failure(ErrorCode.nonEmptyGroup));
    expect(() => groups.delete('new')).toThrow(failure(ErrorCode.nonEmptyGroup));
    expect(() => groups.delete('none')).toThrow(failure(ErrorCode.groupIdNotFound));
    groups.leave('g', member.memberId, null);
    groups.consumerHeartbeat({ ...heartbeat, groupId: 'new', memberEpoch: -1 });
    for (const id of ['g', 'new', 'offsets']) groups.delete(id);
    reopenGroups();
    expect([...groups.ids()]).toEqual([]);
    expect(() => groups.delete('g')).toThrow(failure(ErrorCode.groupIdNotFound));
  });

  it('are forgotten when nobody is in them and their offsets are old', async () => {
    const member = await alone();
    await groups.join(joinRequest({ groupId: 'busy' }));
    const given = await groups.join(joinRequest({ groupId: 'pending', requiresKnownId: true }));
    for (const groupId of ['new', 'new busy']) groups.consumerHeartbeat({ ...heartbeat, groupId });
    for (const id of ['g', 'new', 'offsets']) groups.offsets.commit(id, [offset]);
    groups.expire(Date.now() + 1);
    expect([...groups.ids()]).toEqual(['g', 'busy', 'pending', 'new', 'new busy']);
    expect(groups.offsets.get('g', 't', 0)).toBeDefined();
    groups.leave('g', member.memberId, null);
    groups.leave('pending', given.memberId, null);
    groups.consumerHeartbeat({ ...heartbeat, groupId: 'new', memberEpoch: -1 });
    groups.expire(Date.now());
    expect([...groups.ids()], 'the offsets are not old enough').toEqual(['g', 'busy', 'new', 'new busy']);
    expect(groups.consumers.get('new')).toBeDefined();
    groups.expire(Date.now() + 1);
    expect([...groups.ids()]).toEqual(['busy', 'new busy']);
  });
});
