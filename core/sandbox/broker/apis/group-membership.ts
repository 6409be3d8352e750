/** JoinGroup, SyncGroup, Heartbeat and LeaveGroup: the life of a member of a classic group. */
import { defineApi } from '../api.ts';
import { ErrorCode, outcome, refused } from '../wire/error-codes.ts';
import {
  array,
  boolean,
  bytes,
  int16,
  int32,
  nullableString,
  optional,
  since,
  string,
  struct,
  until,
} from '../wire/schema.ts';

const joinRequest = struct({
  groupId: string,
  sessionTimeoutMs: int32,
  rebalanceTimeoutMs: since(1, int32, -1),
  memberId: string,
  groupInstanceId: since(5, nullableString, null),
  protocolType: string,
  protocols: array(
    struct({
      name: string,
      metadata: bytes,
    }),
  ),
  reason: since(8, nullableString, null),
});

const joinResponse = struct({
  throttleTimeMs: since(2, int32),
  errorCode: int16,
  generationId: optional(int32, -1),
  protocolType: since(7, nullableString, null),
  protocolName: nullableString,
  leader: string,
  skipAssignment: since(9, boolean, false),
  memberId: string,
  members: array(
    struct({
      memberId: string,
      groupInstanceId: since(5, nullableString, null),
      metadata: bytes,
    }),
  ),
});

/** Which member asks, of which generation. */
const memberFields = {
  groupId: string,
  generationId: int32,
  memberId: string,
  groupInstanceId: since(3, nullableString, null),
};

const syncRequest = struct({
  ...memberFields,
  protocolType: since(5, nullableString, null),
  protocolName: since(5, nullableString, null),
  assignments: array(
    struct({
      memberId: string,
      assignment: bytes,
    }),
  ),
});

const syncResponse = struct({
  throttleTimeMs: since(1, int32),
  errorCode: int16,
  protocolType: since(5, nullableString, null),
  protocolName: since(5, nullableString, null),
  assignment: bytes,
});

const heartbeatResponse = struct({
  throttleTimeMs: since(1, int32),
  errorCode: int16,
});

const leaveRequest = struct({
  groupId: string,
  memberId: until(2, string),
  members: since(
    3,
    array(
      struct({
        memberId: string,
        groupInstanceId: optional(nullableString, null),
        reason: since(5, nullableString, null),
      }),
    ),
  ),
});

const leaveResponse = struct({
  throttleTimeMs: since(1, int32),
  errorCode: int16,
  members: since(
    3,
    array(
      struct({
        memberId: string,
        groupInstanceId: nullableString,
        errorCode: int16,
      }),
    ),
  ),
});

export const joinGroup = defineApi({
  key: 11,
  name: 'JoinGroup',
  versions: [0, 9],
  flexibleSince: 6,
  request: joinRequest,
  response: joinResponse,
  async handle(body, { node, version, clientId, clientHost }) {
    try {
      const result = await node.groups.join({
        ...body,
        rebalanceTimeoutMs: version === 0 ? body.sessionTimeoutMs : body.rebalanceTimeoutMs,
        clientId,
        clientHost,
        requiresKnownId: version >= 4,
        canSkipAssignment: version >= 9,
      });
      // Before version 7 a missing protocol is the empty string.
      return { ...result, protocolName: result.protocolName ?? (version < 7 ? '' : null) };
    } catch (error) {
      const protocolName = version < 7 ? '' : null;
      return { ...refused(error), protocolName, leader: '', memberId: body.memberId, members: [] };
    }
  },
});

export const syncGroup = defineApi({
  key: 14,
  name: 'SyncGroup',
  versions: [0, 5],
  flexibleSince: 4,
  request: syncRequest,
  response: syncResponse,
  async handle(body, { node }) {
    try {
      const assignments = new Map(body.assignments.map(({ memberId, assignment }) => [memberId, assignment]));
      return await node.groups.sync(body, { type: body.protocolType, name: body.protocolName }, assignments);
    } catch (error) {
      return { ...refused(error), assignment: Buffer.alloc(0) };
    }
  },
});

export const heartbeat = defineApi({
  key: 12,
  name: 'Heartbeat',
  versions: [0, 4],
  flexibleSince: 4,
  request: struct(memberFields),
  response: heartbeatResponse,
  handle(body, { node }) {
    return { errorCode: outcome(() => node.groups.heartbeat(body)) };
  },
});

export const leaveGroup = defineApi({
  key: 13,
  name: 'LeaveGroup',
  versions: [0, 5],
  flexibleSince: 4,
  request: leaveRequest,
  response: leaveResponse,
  handle({ groupId, memberId, members }, { node, version }) {
    const leave = (id: string, instance: string | null) => outcome(() => node.groups.leave(groupId, id, instance));
    if (version < 3) return { errorCode: leave(memberId, null) };
    return {
      errorCode: ErrorCode.none,
      members: members.map((member) => ({
        memberId: member.memberId,
        groupInstanceId: member.groupInstanceId,
        errorCode: leave(member.memberId, member.groupInstanceId),
      })),
    };
  },
});
