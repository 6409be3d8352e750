/** Requests of members, for tests of groups. */
import type { ConsumerHeartbeat } from './consumer-groups.ts';
import type { JoinRequest } from './coordinator.ts';

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
