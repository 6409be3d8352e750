import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Topics } from '../topics.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { assignors, parsePartitionKey, partitionKey } from './assignors.ts';
import { ConsumerGroups, type ConsumerHeartbeat, type HeartbeatResult } from './consumer-groups.ts';

let dataDir: string;
let topics: Topics;
let groups: ConsumerGroups;

const open = () => new ConsumerGroups({ path: join(dataDir, 'consumer-groups.journal'), topics, log: () => {} });

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

const failure = (code: number) => expect.objectContaining({ code });

const unchanged: Omit<ConsumerHeartbeat, 'memberId' | 'memberEpoch'> = {
  groupId: 'g',
  instanceId: null,
  rackId: null,
  rebalanceTimeoutMs: -1,
  subscribedTopicNames: null,
  subscribedTopicRegex: null,
  serverAssignor: null,
  owned: null,
  clientId: 'c',
  clientHost: '/127.0.0.1',
  mayLackId: false,
};
const first = { memberEpoch: 0, rebalanceTimeoutMs: 10_000, subscribedTopicNames: ['t'], owned: new Set<string>() };

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

  it('finds its members and their partitions after a restart', () => {
    const a = enter('a');
    enter('b');
    const asked = beat(a);
    groups.close();
    groups = open();
    const given = beat(a, { owned: asked.assigned });
    expect(given.memberEpoch).toBe(groups.get('g')!.epoch);
    groups.check(groups.get('g')!, 'a', given.memberEpoch);
    expect(() => groups.check(groups.get('g')!, 'a', a.memberEpoch)).toThrow(failure(ErrorCode.staleMemberEpoch));
  });
});

describe.each(['uniform', 'range'])('the %s assignor', (name) => {
  const subscribers = fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 6 });
  const counts = fc.dictionary(fc.constantFrom('t1', 't2', 't3'), fc.integer({ min: 1, max: 12 }), { minKeys: 1 });

  it('gives each partition to one member, evenly', () => {
    fc.assert(
      fc.property(subscribers, counts, (ids, topicCounts) => {
        const partitions = new Map(Object.entries(topicCounts));
        const topicIds = new Set(partitions.keys());
        const members = ids.map((id) => ({ id: `m${id}`, groupInstanceId: null, topicIds, target: new Set<string>() }));
        const assignment = assignors[name]!(members, partitions);
        const given = [...assignment.values()].flatMap((keys) => [...keys]);
        const all = [...partitions].flatMap(([id, count]) =>
          Array.from({ length: count }, (_, i) => partitionKey(id, i)),
        );
        expect(given.sort()).toEqual(all.sort());
        const sizes = [...assignment.values()].map(({ size }) => size);
        const apart = name === 'uniform' ? 1 : partitions.size;
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(apart);
      }),
    );
  });
});

it('the uniform assignor moves no more than it must', () => {
  const topicIds = new Set(['t']);
  const member = (id: string, target: readonly string[] = []) => ({
    id,
    groupInstanceId: null,
    topicIds,
    target: new Set(target),
  });
  const counts = new Map([['t', 6]]);
  const [a, b] = [...assignors.uniform!([member('a'), member('b')], counts).values()].map((keys) => [...keys]);
  const after = assignors.uniform!([member('a', a), member('b', b), member('c')], counts);
  expect([...after.get('a')!].every((key) => a!.includes(key))).toBe(true);
  expect([...after.get('b')!].every((key) => b!.includes(key))).toBe(true);
  expect([...after.values()].map(({ size }) => size)).toEqual([2, 2, 2]);
});
