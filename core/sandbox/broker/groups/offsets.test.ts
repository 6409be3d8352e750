import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CommittedOffsets, type OffsetCommit } from './offsets.ts';

let directory: string;
let offsets: CommittedOffsets;
const path = () => join(directory, 'offsets.journal');
const open = () => new CommittedOffsets(path());

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'offsets-'));
  offsets = open();
});

afterEach(() => {
  vi.useRealTimers();
  offsets.close();
  rmSync(directory, { recursive: true });
});

function reopen(): void {
  offsets.close();
  offsets = open();
}

const commit = (topic: string, partition: number, offset: bigint, metadata: string | null = null): OffsetCommit => ({
  topic,
  partition,
  offset,
  leaderEpoch: 3,
  metadata,
});

const all = () =>
  [...offsets.groupIds()].flatMap((group) =>
    [...offsets.ofGroup(group)].flatMap(([topic, partitions]) =>
      [...partitions].map(([partition, { offset }]) => `${group}/${topic}/${partition}=${offset}`),
    ),
  );

it('keeps the last commit of each partition, exactly, also over a restart', () => {
  offsets.commit('g', [commit('t', 0, 5n), commit('t', 1, 2n ** 63n - 1n, 'note')]);
  offsets.commit('g', [commit('t', 0, 4n), commit('u', 0, 7n)]);
  offsets.commit('h', [commit('t', 0, 1n)]);
  const expected = ['g/t/0=4', 'g/t/1=9223372036854775807', 'g/u/0=7', 'h/t/0=1'];
  expect(all()).toEqual(expected);
  const kept = offsets.get('g', 't', 1);
  expect(kept).toMatchObject({ leaderEpoch: 3, metadata: 'note' });
  reopen();
  expect(all()).toEqual(expected);
  expect(offsets.get('g', 't', 1)).toEqual(kept);
});

it('keeps what counts when its file is written anew', () => {
  offsets.commit('h', [commit('t', 0, 1n)]);
  const note = 'x'.repeat(10_000);
  for (let offset = 0n; offset < 120n; offset++) offsets.commit('g', [commit('t', 0, offset, note)]);
  expect(statSync(path()).size).toBeLessThan(1_000_000);
  reopen();
  expect(all()).toEqual(['h/t/0=1', 'g/t/0=119']);
});

it('knows nothing of what was never committed', () => {
  offsets.commit('g', [commit('t', 0, 5n)]);
  expect([offsets.get('h', 't', 0), offsets.get('g', 'u', 0), offsets.get('g', 't', 1)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(offsets.ofGroup('h').size).toBe(0);
});

it('forgets a partition, a topic or a group, and a group with its last offset', () => {
  offsets.commit('g', [commit('t', 0, 1n), commit('t', 1, 1n), commit('u', 0, 1n)]);
  offsets.commit('h', [commit('t', 0, 1n), commit('u', 0, 1n)]);
  offsets.remove('g', 't', 0);
  expect(all()).toEqual(['g/t/1=1', 'g/u/0=1', 'h/t/0=1', 'h/u/0=1']);
  offsets.removeTopic('t');
  expect(all()).toEqual(['g/u/0=1', 'h/u/0=1']);
  expect([...offsets.ofGroup('g').keys()]).toEqual(['u']);
  offsets.removeGroup('g');
  expect([...offsets.groupIds()]).toEqual(['h']);
  offsets.remove('h', 'u', 0);
  expect([...offsets.groupIds()]).toEqual([]);
  reopen();
  expect([...offsets.groupIds()]).toEqual([]);
});

it('expires what is older, unless the group is active', () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  for (const group of ['busy', 'idle']) offsets.commit(group, [commit('t', 0, 1n)]);
  offsets.expire(Date.now(), () => false);
  expect([...offsets.groupIds()]).toEqual(['busy', 'idle']);
  offsets.expire(Date.now() + 1, (group) => group === 'busy');
  expect([...offsets.groupIds()]).toEqual(['busy']);
});
