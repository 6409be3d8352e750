import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Topics } from '../topics.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { GroupCoordinator, type JoinRequest } from './coordinator.ts';

let dataDir: string;
let topics: Topics;
let groups: GroupCoordinator;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coordinator-'));
  topics = new Topics(dataDir, () => {});
  groups = new GroupCoordinator(dataDir, topics, () => {});
});

afterEach(() => {
  groups.close();
  topics.close();
  rmSync(dataDir, { recursive: true });
});

const request = (overrides: Partial<JoinRequest> = {}): JoinRequest => ({
  groupId: 'g',
  memberId: '',
  groupInstanceId: null,
  protocolType: 'consumer',
  protocols: [{ name: 'range', metadata: Buffer.from('m') }],
  sessionTimeoutMs: 10_000,
  rebalanceTimeoutMs: 10_000,
  clientId: 'c',
  clientHost: '/127.0.0.1',
  requiresKnownId: false,
  canSkipAssignment: true,
  ...overrides,
});

const failure = (code: number) => expect.objectContaining({ code });

/** Joins and, as the leader, gives every member its own id as assignment. */
async function joinAndSync(overrides: Partial<JoinRequest> = {}) {
  const joined = await groups.join(request(overrides));
  const reference = {
    groupId: 'g',
    memberId: joined.memberId,
    groupInstanceId: overrides.groupInstanceId ?? null,
    generationId: joined.generationId,
  };
  const assignments = new Map(joined.members.map(({ memberId }) => [memberId, Buffer.from(memberId)]));
  const synced = await groups.sync(reference, { type: null, name: null }, assignments);
  return { joined, synced, reference };
}

describe('a dynamic member', () => {
  it('gets an id first where the client can, and joins with it', async () => {
    const first = await groups.join(request({ requiresKnownId: true }));
    expect(first.errorCode).toBe(ErrorCode.memberIdRequired);
    const { joined } = await joinAndSync({ requiresKnownId: true, memberId: first.memberId });
    expect(joined).toMatchObject({ errorCode: 0, generationId: 1, leader: first.memberId });
  });

  it('is refused under an id, a generation or a protocol that is not of the group', async () => {
    const { reference } = await joinAndSync();
    expect(() => groups.join(request({ memberId: 'who' }))).toThrow(failure(ErrorCode.unknownMemberId));
    expect(() => groups.heartbeat({ ...reference, generationId: 9 })).toThrow(failure(ErrorCode.illegalGeneration));
    expect(() => groups.join(request({ protocolType: 'connect' }))).toThrow(
      failure(ErrorCode.inconsistentGroupProtocol),
    );
    expect(() => groups.join(request({ sessionTimeoutMs: 5 }))).toThrow(failure(ErrorCode.invalidSessionTimeout));
    expect(() => groups.checkCommit({ ...reference, generationId: 0 })).toThrow(failure(ErrorCode.illegalGeneration));
  });

  it('is told of a rebalance when another one comes, and shares after it', async () => {
    const one = await joinAndSync();
    const two = groups.join(request());
    expect(() => groups.heartbeat(one.reference)).toThrow(failure(ErrorCode.rebalanceInProgress));
    const again = await groups.join(request({ memberId: one.reference.memberId }));
    expect(again).toMatchObject({ generationId: 2, members: { length: 2 } });
    expect(await two).toMatchObject({ generationId: 2, members: [] });
  });
});

describe('a static member', () => {
  it('comes back to its assignment without a rebalance, and its former self is fenced', async () => {
    const before = await joinAndSync({ groupInstanceId: 'one' });
    const after = await groups.join(request({ groupInstanceId: 'one' }));
    expect(after).toMatchObject({ errorCode: 0, generationId: 1, skipAssignment: true });
    expect(after.memberId).not.toBe(before.joined.memberId);
    const reference = { ...before.reference, memberId: after.memberId };
    const synced = await groups.sync(reference, { type: null, name: null }, new Map());
    expect(synced.assignment.toString()).toBe(before.joined.memberId);
    expect(() => groups.heartbeat(before.reference)).toThrow(failure(ErrorCode.fencedInstanceId));
    groups.heartbeat(reference);
  });

  it('leaves by its instance id', async () => {
    await joinAndSync({ groupInstanceId: 'one' });
    groups.leave('g', '', 'one');
    expect(groups.get('g')?.state).toBe('Empty');
  });
});

it('goes on after a restart: members, generation and assignment are there', async () => {
  const { reference, synced } = await joinAndSync();
  groups.close();
  groups = new GroupCoordinator(dataDir, topics, () => {});
  groups.heartbeat(reference);
  const again = await groups.sync(reference, { type: null, name: null }, new Map());
  expect(again.assignment).toEqual(synced.assignment);
});
