/** ConsumerGroupHeartbeat and ConsumerGroupDescribe: the new group protocol (KIP-848). */
import { defineApi, type Node, unknownOperations } from '../api.ts';
import { parsePartitionKey, partitionKey } from '../groups/assignors.ts';
import { heartbeatIntervalMs } from '../groups/consumer-group.ts';
import { ErrorCode, refused } from '../wire/error-codes.ts';
import {
  array,
  boolean,
  int8,
  int16,
  int32,
  nullable,
  nullableArray,
  nullableString,
  optional,
  since,
  string,
  struct,
  uuid,
} from '../wire/schema.ts';

const topicPartitions = struct({
  topicId: uuid,
  partitions: array(int32),
});

const heartbeatRequest = struct({
  groupId: string,
  memberId: string,
  memberEpoch: int32,
  instanceId: nullableString,
  rackId: nullableString,
  rebalanceTimeoutMs: int32,
  subscribedTopicNames: nullableArray(string),
  subscribedTopicRegex: since(1, nullableString, null),
  serverAssignor: nullableString,
  topicPartitions: nullableArray(topicPartitions),
});

const heartbeatResponse = struct({
  throttleTimeMs: optional(int32),
  errorCode: int16,
  errorMessage: optional(nullableString, null),
  memberId: optional(nullableString, null),
  memberEpoch: optional(int32),
  heartbeatIntervalMs: optional(int32),
  assignment: optional(nullable(struct({ topicPartitions: array(topicPartitions) })), null),
});

const describeRequest = struct({
  groupIds: array(string),
  includeAuthorizedOperations: boolean,
});

const assignment = struct({
  topicPartitions: array(
    struct({
      topicId: uuid,
      topicName: string,
      partitions: array(int32),
    }),
  ),
});

const describeResponse = struct({
  throttleTimeMs: optional(int32),
  groups: array(
    struct({
      errorCode: int16,
      errorMessage: optional(nullableString, null),
      groupId: string,
      groupState: string,
      groupEpoch: int32,
      assignmentEpoch: int32,
      assignorName: string,
      members: array(
        struct({
          memberId: string,
          instanceId: nullableString,
          rackId: nullableString,
          memberEpoch: int32,
          clientId: string,
          clientHost: string,
          subscribedTopicNames: array(string),
          subscribedTopicRegex: nullableString,
          assignment,
          targetAssignment: assignment,
          memberType: since(1, int8, -1),
        }),
      ),
      authorizedOperations: optional(int32, unknownOperations),
    }),
  ),
});

/** Of a member that speaks the new protocol itself. */
const consumerMemberType = 1;

export const consumerGroupHeartbeat = defineApi({
  key: 68,
  name: 'ConsumerGroupHeartbeat',
  versions: [0, 1],
  flexibleSince: 0,
  request: heartbeatRequest,
  response: heartbeatResponse,
  handle({ topicPartitions: owned, ...body }, { node, clientId, clientHost, version }) {
    try {
      const { memberId, memberEpoch, assigned } = node.groups.consumerHeartbeat({
        ...body,
        owned: owned === null ? null : new Set(owned.flatMap(toKeys)),
        clientId,
        clientHost,
        mayLackId: version === 0,
      });
      return {
        errorCode: ErrorCode.none,
        memberId,
        memberEpoch,
        heartbeatIntervalMs: memberEpoch < 0 ? 0 : heartbeatIntervalMs,
        assignment: assigned === null ? null : { topicPartitions: byTopic(assigned) },
      };
    } catch (error) {
      return refused(error);
    }
  },
});

function toKeys({ topicId, partitions }: { readonly topicId: string; readonly partitions: readonly number[] }) {
  return partitions.map((partition) => partitionKey(topicId, partition));
}

function byTopic(keys: ReadonlySet<string>) {
  const topics = Map.groupBy([...keys].map(parsePartitionKey), ({ topicId }) => topicId);
  return [...topics].map(([topicId, parsed]) => ({
    topicId,
    partitions: parsed.map(({ partition }) => partition).sort((a, b) => a - b),
  }));
}

export const consumerGroupDescribe = defineApi({
  key: 69,
  name: 'ConsumerGroupDescribe',
  versions: [0, 1],
  flexibleSince: 0,
  request: describeRequest,
  response: describeResponse,
  handle({ groupIds }, { node }) {
    return { groups: groupIds.map((groupId) => describe(node, groupId)) };
  },
});

function describe(node: Node, groupId: string) {
  const group = node.groups.consumers.get(groupId);
  if (group === undefined) {
    const isClassic = [...node.groups.ids()].includes(groupId);
    const errorMessage = isClassic ? `Group ${groupId} is not a consumer group.` : `Group ${groupId} not found.`;
    const nothing = { groupState: '', groupEpoch: 0, assignmentEpoch: 0, assignorName: '', members: [] };
    return { errorCode: ErrorCode.groupIdNotFound, errorMessage, groupId, ...nothing };
  }
  const named = (keys: ReadonlySet<string>) => ({
    topicPartitions: byTopic(keys).map((each) => ({
      ...each,
      topicName: node.topics.getById(each.topicId)?.name ?? '',
    })),
  });
  return {
    errorCode: ErrorCode.none,
    groupId,
    groupState: group.state,
    groupEpoch: group.epoch,
    assignmentEpoch: group.epoch,
    assignorName: group.assignorName,
    members: [...group.members.values()].map(({ id, identity, subscription, epoch, assigned, target }) => ({
      memberId: id,
      instanceId: identity.groupInstanceId,
      rackId: subscription.rackId,
      memberEpoch: epoch,
      clientId: identity.clientId,
      clientHost: identity.clientHost,
      subscribedTopicNames: subscription.topicNames,
      subscribedTopicRegex: subscription.topicPattern,
      assignment: named(assigned),
      targetAssignment: named(target),
      memberType: consumerMemberType,
    })),
  };
}
