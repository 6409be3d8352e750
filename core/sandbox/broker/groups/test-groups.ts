/** What tests of groups share: a coordinator of their own, and the requests of members. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { Topics } from '../topics.ts';
import type { ConsumerHeartbeat } from './consumer-groups.ts';
import { GroupCoordinator, type JoinRequest, type MemberReference } from './coordinator.ts';
import type { JoinResult } from './member.ts';

export let groups: GroupCoordinator;
let dataDir: string;
let topics: Topics;

function openGroups(): void {
  dataDir = mkdtempSync(join(tmpdir(), 'groups-'));
  topics = new Topics(dataDir, () => {});
  groups = new GroupCoordinator(dataDir, topics, () => {});
}

function closeGroups(): void {
  groups.close();
  topics.close();
  rmSync(dataDir, { recursive: true });
}

/** As after a restart of the broker. */
export function reopenGroups(): void {
  groups.close();
  groups = new GroupCoordinator(dataDir, topics, () => {});
}

/** For a test file whose clock stands still until a test moves it; called once, at its top. */
export function withClockInHand(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    openGroups();
  });
  afterEach(() => {
    closeGroups();
    expect(vi.getTimerCount(), 'a closed coordinator leaves no timer').toBe(0);
    vi.useRealTimers();
  });
}

export const protocol = (name: string, metadata = 'm') => ({ name, metadata: Buffer.from(metadata) });
export const state = () => groups.get('g')!.state;

export const failure = (code: number) => expect.objectContaining({ code });

export const joinRequest = (overrides: Partial<JoinRequest> = {}): JoinRequest => ({
  groupId: 'g',
  memberId: '',
  groupInstanceId: null,
  protocolType: 'consumer',
  protocols: [{ name: 'range', metadata: Buffer.from('m') }],
  sessionTimeoutMs: 10_000,
  rebalanceTimeoutMs: 60_000,
  clientId: 'c',
  clientHost: '/127.0.0.1',
  requiresKnownId: false,
  canSkipAssignment: true,
  ...overrides,
});

/** A heartbeat that says nothing new. */
export const unchanged: Omit<ConsumerHeartbeat, 'memberId' | 'memberEpoch'> = {
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

/** What the first heartbeat of a member has to say. */
export const first = {
  memberEpoch: 0,
  rebalanceTimeoutMs: 10_000,
  subscribedTopicNames: ['t'],
  owned: new Set<string>(),
};

export const unsaid = { type: null, name: null };

export const referenceTo = ({ memberId, generationId }: JoinResult, groupInstanceId: string | null = null) => ({
  groupId: 'g',
  memberId,
  groupInstanceId,
  generationId,
});

/** To each of them its own part. */
export const assignTo = (...references: readonly MemberReference[]) =>
  new Map(references.map(({ memberId }) => [memberId, Buffer.from(`for ${memberId}`)]));

/** One member, and the leader. */
export async function alone(overrides: Partial<JoinRequest> = {}): Promise<MemberReference> {
  const joined = await groups.join(joinRequest(overrides));
  const reference = referenceTo(joined, overrides.groupInstanceId ?? null);
  await groups.sync(reference, unsaid, assignTo(reference));
  return reference;
}

/** Two members of generation 2; the first one leads. */
export async function pair(one: Partial<JoinRequest> = {}, two: Partial<JoinRequest> = {}) {
  const before = await alone(one);
  const joining = groups.join(joinRequest(two));
  const a = referenceTo(await groups.join(joinRequest({ ...one, memberId: before.memberId })));
  const b = referenceTo(await joining);
  return { a, b };
}
