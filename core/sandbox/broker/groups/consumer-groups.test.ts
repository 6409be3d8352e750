import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Topics } from '../topics.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { parsePartitionKey } from './assignors.ts';
import { ConsumerGroups, type ConsumerHeartbeat, type HeartbeatResult } from './consumer-groups.ts';
import { first, unchanged } from './test-groups.ts';

let dataDir: string;
let topics: Topics;
let groups: ConsumerGroups;

const path = () => join(dataDir, 'consumer-groups.journal');
const open = () => new ConsumerGroups({ path: path(), topics, log: () => {} });

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'consumer-groups-'));
  topics = new Topics(dataDir, () => {});
  topics.create({ name: 't', partitions: 4 });
  groups = open();
});

afterEach(() => {
  groups.close();
  topics.close();
  rmSync(dataDir, { recursive: true });
});

/** As after a restart of the broker. */
function reopen(): void {
  groups.close();
  groups = open();
}

const failure = (code: number) => expect.objectContaining({ code });

const enter = (memberId: string, overrides: Partial<ConsumerHeartbeat> = {}) =>
  groups.heartbeat({ ...unchanged, ...first, memberId, ...overrides });
const beat = ({ memberId, memberEpoch }: HeartbeatResult, overrides: Partial<ConsumerHeartbeat> = {}) =>
  groups.heartbeat({ ...unchanged, memberId, memberEpoch, ...overrides });
const partitionsOf = ({ assigned }: HeartbeatResult) =>
  [...(assigned ?? [])].map((key) => parsePartitionKey(key).partition).sort();

describe('a group of the new protocol', () => {
  it('gives a newcomer its part only when the one who had it says that it stopped', () => {
    const a = enter('a');
    expect(partitionsOf(a)).toEqual([0, 1, 2, 3]);
    const b = enter('b');
    expect(partitionsOf(b), 'all is still read by the first').toEqual([]);
    const asked = beat(a);
    expect(partitionsOf(asked)).toHaveLength(2);
    expect(asked.memberEpoch, 'it has not given up anything yet').toBe(a.memberEpoch);
    expect(partitionsOf(beat(b)), 'nothing is free yet').toEqual([]);
    expect(groups.get('g')!.state).toBe('Reconciling');
    const given = beat(a, { owned: asked.assigned });
    expect(given.memberEpoch).toBe(groups.get('g')!.epoch);
    expect(groups.get('g')!.state, 'the other one has not taken its part').toBe('Reconciling');
    const taken = beat(b);
    expect(partitionsOf(taken)).toHaveLength(2);
    expect(taken.assigned!.isDisjointFrom(asked.assigned!)).toBe(true);
    expect(groups.get('g')!.state).toBe('Stable');
  });

  it('gives back what a member leaves behind, and what a topic gains', () => {
    const a = enter('a');
    const b = enter('b', { subscribedTopicNames: ['t', 'later'] });
    groups.heartbeat({ ...unchanged, memberId: 'b', memberEpoch: -1 });
    expect(partitionsOf(beat(a))).toEqual([]);
    expect(b.memberEpoch).toBe(2);
    topics.grow(topics.get('t')!, 6);
    const grown = beat({ ...a, memberEpoch: groups.get('g')!.members.get('a')!.epoch });
    expect(partitionsOf(grown)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('keeps the place of a static member that leaves for a while', () => {
    const a = enter('a', { instanceId: 'one' });
    expect(() => enter('b', { instanceId: 'one' })).toThrow(failure(ErrorCode.unreleasedInstanceId));
    groups.heartbeat({ ...unchanged, memberId: 'a', memberEpoch: -2, instanceId: 'one' });
    const b = enter('b', { instanceId: 'one' });
    expect(b.assigned).toEqual(a.assigned);
    expect(b.memberEpoch, 'nothing had to move').toBe(a.memberEpoch);
    expect(() => beat(a, { instanceId: 'one' })).toThrow(failure(ErrorCode.fencedInstanceId));
  });

  it('subscribes to a pattern of names, also of topics to come', () => {
    const a = enter('a', { subscribedTopicNames: null, subscribedTopicRegex: 'air-.*' });
    expect(partitionsOf(a)).toEqual([]);
    topics.create({ name: 'air-1', partitions: 2 });
    topics.create({ name: 'sea-air-1', partitions: 2 });
    expect(partitionsOf(beat(a))).toEqual([0, 1]);
    const wrong = { subscribedTopicNames: null, subscribedTopicRegex: '(' };
    expect(() => enter('b', wrong)).toThrow(failure(ErrorCode.invalidRegularExpression));
    topics.create({ name: 'a'.repeat(40), partitions: 1 });
    const endless = { subscribedTopicNames: null, subscribedTopicRegex: '(a+)+b' };
    expect(() => enter('c', endless)).toThrow(failure(ErrorCode.invalidRegularExpression));
  });

  it('finds its members, their epochs and partitions after a restart', () => {
    const a = enter('a');
    const b = enter('b');
    reopen();
    const waiting = beat(b);
    expect(partitionsOf(waiting), 'all is still read by the first').toEqual([]);
    const asked = beat(a);
    reopen();
    const given = beat(a, { owned: asked.assigned });
    expect(given.memberEpoch).toBe(groups.get('g')!.epoch);
    groups.check(groups.get('g')!, 'a', given.memberEpoch);
    expect(() => groups.check(groups.get('g')!, 'a', a.memberEpoch)).toThrow(failure(ErrorCode.staleMemberEpoch));
    const taken = beat(waiting);
    expect(partitionsOf(taken)).toHaveLength(2);
    expect(groups.get('g')!.state).toBe('Stable');
    enter('c', { subscribedTopicNames: ['u'] });
    expect(groups.get('g')!.state, 'two have not heard of the third').toBe('Reconciling');
    const moved = beat(taken);
    reopen();
    expect(beat(moved)).toMatchObject({ memberId: 'b', assigned: null });
    expect(beat(given)).toMatchObject({ memberId: 'a', assigned: null });
  });

  it('writes nothing where a heartbeat says and hears nothing new', () => {
    const a = enter('a');
    const { size } = statSync(path());
    beat(a);
    beat(a, { owned: a.assigned });
    expect(statSync(path()).size).toBe(size);
  });
});

describe('a heartbeat', () => {
  it.each<[string, Partial<ConsumerHeartbeat>]>([
    ['of no group', { groupId: '' }],
    ['of an instance without a name', { instanceId: '' }],
    ['of a rack without a name', { rackId: '' }],
    ['at an epoch that means nothing', { memberEpoch: -3 }],
    ['of a member without an id', { memberId: '' }],
    ['of a member without an id that is in already', { memberId: '', memberEpoch: 1, mayLackId: true }],
    ['that leaves for a while without an instance', { memberEpoch: -2 }],
    ['that joins without a timeout', { rebalanceTimeoutMs: -1 }],
    ['that joins without saying that it reads nothing', { owned: null }],
    ['that joins and reads', { owned: new Set(['a:0']) }],
    ['that joins without topics', { subscribedTopicNames: null }],
  ])('%s is refused', (_, overrides) => {
    expect(() => enter('a', overrides)).toThrow(failure(ErrorCode.invalidRequest));
    expect([...groups.ids()]).toEqual([]);
  });

  it('may ask for an assignor that there is', () => {
    expect(() => enter('a', { serverAssignor: 'toString' })).toThrow(failure(ErrorCode.unsupportedAssignor));
    expect(enter('a', { serverAssignor: 'range' }).memberEpoch).toBe(1);
  });

  it('of an old client gets an id', () => {
    const a = enter('', { mayLackId: true });
    expect(a.memberId).toMatch(/^[\da-f-]{36}$/);
    expect(beat(a)).toEqual({ ...a, assigned: null });
  });

  it('must come from a member, under its own id and epoch', () => {
    expect(() => beat({ memberId: 'a', memberEpoch: 1, assigned: null })).toThrow(failure(ErrorCode.groupIdNotFound));
    const a = enter('a', { instanceId: 'one' });
    const other = { ...a, memberId: 'b' };
    expect(() => beat(other)).toThrow(failure(ErrorCode.unknownMemberId));
    expect(() => beat(other, { instanceId: 'one' })).toThrow(failure(ErrorCode.fencedInstanceId));
    expect(() => beat({ ...a, memberEpoch: 7 })).toThrow(/greater member epoch \(7\)/);
    for (const memberEpoch of [-1, -2]) {
      const leave = (memberId: string, instanceId: string) => () =>
        groups.heartbeat({ ...unchanged, memberId, memberEpoch, instanceId });
      expect(leave('a', 'two')).toThrow(failure(ErrorCode.unknownMemberId));
      expect(leave('b', 'one')).toThrow(failure(ErrorCode.fencedInstanceId));
    }
    expect(beat(a, { instanceId: 'one' }).memberEpoch).toBe(a.memberEpoch);
  });

  it('may name the epoch before, while the member reads no more than it may', () => {
    const a = enter('a');
    enter('b');
    const asked = beat(a);
    const given = beat(a, { owned: asked.assigned });
    expect(given.memberEpoch).toBe(2);
    expect(beat(a, { owned: asked.assigned }).memberEpoch, 'the answer was lost').toBe(2);
    expect(() => beat(a, { owned: a.assigned })).toThrow(failure(ErrorCode.fencedMemberEpoch));
    expect(() => beat(a)).toThrow(/smaller member epoch \(1\)/);
    const again = enter('c');
    groups.heartbeat({ ...unchanged, memberId: 'c', memberEpoch: again.memberEpoch });
    expect(beat(a, { owned: new Set() }).memberEpoch).toBe(again.memberEpoch);
    const late = () => beat(a, { owned: new Set() });
    expect(late, 'more than one answer was lost').toThrow(failure(ErrorCode.fencedMemberEpoch));
  });

  it('is told its partitions when they changed, or when it says everything itself', () => {
    const a = enter('a');
    const whole = { rebalanceTimeoutMs: 10_000, subscribedTopicNames: ['t'], owned: a.assigned };
    expect(beat(a).assigned).toBeNull();
    expect(beat(a, { ...whole, owned: null }).assigned).toBeNull();
    expect(beat(a, { ...whole, rebalanceTimeoutMs: -1 }).assigned).toBeNull();
    expect(beat(a, { ...whole, subscribedTopicNames: null }).assigned).toBeNull();
    expect(beat(a, whole).assigned).toEqual(a.assigned);
    const byPattern = { ...whole, subscribedTopicNames: null, subscribedTopicRegex: '' };
    expect(beat(a, byPattern).assigned).toEqual(a.assigned);
    expect(partitionsOf(enter('a')), 'a member that starts anew reads nothing yet').toEqual([0, 1, 2, 3]);
    expect(groups.get('g')!.members.size).toBe(1);
  });
});

describe('a subscription', () => {
  it('stays as it was where a heartbeat says nothing of it', () => {
    topics.create({ name: 'u', partitions: 1 });
    const a = enter('a', {
      serverAssignor: 'range',
      rackId: 'r',
      rebalanceTimeoutMs: 7_000,
      subscribedTopicRegex: 'u',
    });
    beat(a);
    const [member] = groups.get('g')!.members.values();
    expect(member!.subscription).toEqual({
      topicNames: ['t'],
      topicPattern: 'u',
      assignor: 'range',
      rackId: 'r',
      rebalanceTimeoutMs: 7_000,
    });
    const b = beat(a, { subscribedTopicRegex: '', rackId: 's', rebalanceTimeoutMs: 8_000, subscribedTopicNames: [] });
    expect(member!.subscription).toMatchObject({ topicNames: [], topicPattern: null, rackId: 's' });
    expect(member!.subscription.rebalanceTimeoutMs).toBe(8_000);
    expect(b, 'it must stop reading first').toMatchObject({ memberEpoch: a.memberEpoch, assigned: new Set() });
    expect(beat(b, { owned: new Set() })).toMatchObject({ memberEpoch: 2, assigned: null });
  });

  it('begins an epoch when it means other topics or another assignor', () => {
    topics.create({ name: 'u', partitions: 1 });
    let a = enter('a');
    const { epoch } = groups.get('g')!;
    a = beat(a, { subscribedTopicNames: ['t', 'none'] });
    expect(groups.get('g')!.epoch).toBe(epoch);
    a = beat(a, { serverAssignor: 'range' });
    expect(groups.get('g')!.epoch).toBe(epoch + 1);
    a = beat(a, { subscribedTopicNames: ['t', 'u'] });
    expect(groups.get('g')!.epoch).toBe(epoch + 2);
    expect(a.assigned!.size).toBe(5);
    expect(groups.get('g')!.subscribedTopics()).toEqual(new Set(['t', 'u']));
    topics.create({ name: 'other', partitions: 1 });
    beat(a);
    expect(groups.get('g')!.epoch, 'a topic of others').toBe(epoch + 2);
    topics.delete(topics.get('u')!);
    expect(groups.get('g')!.subscribedTopics()).toEqual(new Set(['t']));
    beat(a);
    expect(groups.get('g')!.epoch).toBe(epoch + 3);
  });

  it('of most members chooses the assignor', () => {
    enter('a', { serverAssignor: 'range' });
    expect(groups.get('g')!.assignorName).toBe('range');
    enter('b');
    enter('c');
    expect(groups.get('g')!.assignorName).toBe('uniform');
    enter('d', { serverAssignor: 'range' });
    enter('e', { serverAssignor: 'range' });
    expect(groups.get('g')!.assignorName).toBe('range');
  });
});

describe('a group without its members', () => {
  it('is empty, and offsets of nobody may be committed', () => {
    const a = enter('a');
    const group = groups.get('g')!;
    expect(() => groups.check(group, '', -1)).toThrow(failure(ErrorCode.unknownMemberId));
    expect(() => groups.check(group, 'a', 2)).toThrow(failure(ErrorCode.staleMemberEpoch));
    groups.check(group, 'a', a.memberEpoch);
    const left = groups.heartbeat({ ...unchanged, memberId: 'a', memberEpoch: -1 });
    expect(left).toEqual({ memberId: 'a', memberEpoch: -1, assigned: null });
    expect(group.state).toBe('Empty');
    groups.check(group, '', -1);
    expect(() => groups.check(group, '', 0)).toThrow(failure(ErrorCode.unknownMemberId));
  });

  it('is forgotten for good', () => {
    enter('a');
    enter('a', { groupId: 'h' });
    groups.heartbeat({ ...unchanged, memberId: 'a', memberEpoch: -1 });
    groups.forget('g');
    groups.forget('none');
    reopen();
    expect([...groups.ids()]).toEqual(['h']);
    expect(groups.get('h')!.subscribedTopics()).toEqual(new Set(['t']));
  });
});

describe('time', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    groups.close();
    expect(vi.getTimerCount(), 'a closed coordinator leaves no timer').toBe(0);
    groups = open();
    vi.useRealTimers();
  });

  it('ends the session of a silent member', () => {
    const a = enter('a');
    vi.advanceTimersByTime(44_999);
    beat(a);
    vi.advanceTimersByTime(44_999);
    groups.check(groups.get('g')!, 'a', a.memberEpoch);
    vi.advanceTimersByTime(44_999);
    expect(groups.get('g')!.members.size).toBe(1);
    vi.advanceTimersByTime(1);
    expect(groups.get('g')!.members.size).toBe(0);
    reopen();
    expect(groups.get('g')!.members.size, 'it was stored').toBe(0);
  });

  it('ends sessions also when their topic is gone', () => {
    enter('a');
    enter('b');
    topics.delete(topics.get('t')!);
    vi.advanceTimersByTime(45_000);
    expect(groups.get('g')!.state).toBe('Empty');
  });

  it('ends the session of a member that does not come back after a restart', () => {
    enter('a');
    reopen();
    vi.advanceTimersByTime(45_000);
    expect(groups.get('g')!.members.size).toBe(0);
  });

  it('is up for a member that keeps what it was asked to give back', () => {
    const a = enter('a');
    enter('b');
    beat(a);
    vi.advanceTimersByTime(9_999);
    beat(a, { owned: a.assigned });
    vi.advanceTimersByTime(1);
    expect([...groups.get('g')!.members.keys()]).toEqual(['b']);
  });

  it('is up for such a member some time after a restart', () => {
    const a = enter('a');
    const b = enter('b');
    beat(a);
    vi.advanceTimersByTime(9_999);
    reopen();
    vi.advanceTimersByTime(9_999);
    expect([...groups.get('g')!.members.keys()]).toEqual(['a', 'b']);
    vi.advanceTimersByTime(1);
    expect([...groups.get('g')!.members.keys()]).toEqual(['b']);
    expect(partitionsOf(beat(b))).toEqual([0, 1, 2, 3]);
  });

  it('is not up for a member that left before', () => {
    const a = enter('a');
    const b = enter('b');
    beat(a);
    groups.heartbeat({ ...unchanged, memberId: 'a', memberEpoch: -1 });
    const { memberEpoch } = beat(b);
    vi.advanceTimersByTime(10_000);
    expect(groups.get('g')!.epoch).toBe(memberEpoch);
  });

  it('is not up for a member that gave back in time', () => {
    const a = enter('a');
    enter('b');
    const asked = beat(a);
    beat(a, { owned: asked.assigned });
    vi.advanceTimersByTime(20_000);
    expect(groups.get('g')!.members.size).toBe(2);
  });

  it('of a static member that is away is its session', () => {
    const a = enter('a', { instanceId: 'one' });
    groups.heartbeat({ ...unchanged, memberId: 'a', memberEpoch: -2, instanceId: 'one' });
    reopen();
    vi.advanceTimersByTime(40_000);
    topics.create({ name: 'u', partitions: 1 });
    const b = enter('b', { instanceId: 'one', subscribedTopicNames: ['t', 'u'] });
    expect(b.memberEpoch).toBeGreaterThan(a.memberEpoch);
    expect(b.assigned!.size).toBe(5);
    vi.advanceTimersByTime(44_999);
    expect([...groups.get('g')!.members.keys()], 'the session of its new self').toEqual(['b']);
    expect(groups.get('g')!.epoch, 'its former self does not end once more').toBe(b.memberEpoch);
    vi.advanceTimersByTime(1);
    expect(groups.get('g')!.members.size).toBe(0);
  });
});
