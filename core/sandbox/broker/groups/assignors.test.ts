import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignors, partitionKey, type Subscriber } from './assignors.ts';

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

describe('assignors', () => {
  const member = (id: string, topicIds: readonly string[], more: Partial<Subscriber> = {}): Subscriber => ({
    id,
    groupInstanceId: null,
    topicIds: new Set(topicIds),
    target: new Set(),
    ...more,
  });
  const given = (name: string, members: readonly Subscriber[], counts: Record<string, number>) =>
    Object.fromEntries(
      [...assignors[name]!(members, new Map(Object.entries(counts)))].map(([id, keys]) => [id, [...keys]]),
    );

  it('range gives neighbours, the first members the more, in the order of their instance or member ids', () => {
    const members = [member('z', ['t', 'u'], { groupInstanceId: 'a' }), member('c', ['u']), member('b', ['t', 'u'])];
    expect(given('range', members, { t: 5, u: 4 })).toEqual({
      z: ['t:0', 't:1', 't:2', 'u:0', 'u:1'],
      b: ['t:3', 't:4', 'u:2'],
      c: ['u:3'],
    });
  });

  it('uniform gives only what a member subscribes to', () => {
    const members = [member('b', ['t']), member('a', ['u'])];
    expect(given('uniform', members, { t: 2, u: 1 })).toEqual({ b: ['t:0', 't:1'], a: ['u:0'] });
  });

  it('uniform takes back what is no longer there, is not subscribed to, or was given twice', () => {
    const target = new Set(['t:0', 't:1', 't:2', 'u:0', 'gone:0']);
    const members = [member('b', ['t'], { target: new Set(['t:0']) }), member('a', ['t'], { target })];
    expect(given('uniform', members, { t: 2, u: 0 })).toEqual({ a: ['t:1'], b: ['t:0'] });
  });

  it('uniform begins with the first in the order of ids', () => {
    expect(given('uniform', [member('b', ['t']), member('a', ['t'])], { t: 1 })).toEqual({ a: ['t:0'], b: [] });
  });

  it('uniform moves as often as it must', () => {
    const target = new Set(Array.from({ length: 9 }, (_, i) => `t:${i}`));
    const members = [member('a', ['t'], { target }), member('b', ['t']), member('c', ['t'])];
    expect(Object.values(given('uniform', members, { t: 9 })).map((keys) => keys.length)).toEqual([3, 3, 3]);
  });

  it('uniform moves on where one move makes room for another', () => {
    const keys = (topic: string) => new Set(Array.from({ length: 5 }, (_, i) => `${topic}:${i}`));
    const members = [
      member('first', ['t'], { target: keys('t') }),
      member('both', ['t', 'u'], { target: keys('u') }),
      member('last', ['u']),
    ];
    expect(Object.values(given('uniform', members, { t: 5, u: 5 })).map((each) => each.length)).toEqual([4, 3, 3]);
  });
});
