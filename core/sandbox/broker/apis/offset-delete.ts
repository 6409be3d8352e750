/** OffsetDelete: a group forgets partitions that no member of it reads. */
import { defineApi } from '../api.ts';
import { subscribedTopics } from '../groups/subscription.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { int16, int32, optional, string, struct } from '../wire/schema.ts';
import { answerEach, partitionOutcomes, topicsWith } from './topic-partitions.ts';

const request = struct({
  groupId: string,
  topics: topicsWith(
    struct({
      partitionIndex: int32,
    }),
  ),
});

const response = struct({
  errorCode: int16,
  throttleTimeMs: optional(int32),
  topics: partitionOutcomes,
});

export const offsetDelete = defineApi({
  key: 47,
  name: 'OffsetDelete',
  versions: [0, 0],
  flexibleSince: 999,
  request,
  response,
  handle({ groupId, topics }, { node }) {
    const { groups } = node;
    const consumers = groups.consumers.get(groupId);
    const group = groups.get(groupId);
    if (group === undefined && consumers === undefined && groups.offsets.ofGroup(groupId).size === 0) {
      return { errorCode: ErrorCode.groupIdNotFound, topics: [] };
    }
    const hasMembers = group !== undefined && group.members.size > 0;
    if (hasMembers && group.protocolType !== 'consumer') return { errorCode: ErrorCode.nonEmptyGroup, topics: [] };
    const inUse = hasMembers ? subscribedTopics(group) : (consumers?.subscribedTopics() ?? new Set<string>());
    const remove = (topic: string, partition: number): number => {
      if (inUse.has(topic)) return ErrorCode.groupSubscribedToTopic;
      if (node.topics.partition(topic, partition) === undefined) return ErrorCode.unknownTopicOrPartition;
      groups.offsets.remove(groupId, topic, partition);
      return ErrorCode.none;
    };
    return {
      errorCode: ErrorCode.none,
      topics: answerEach(topics, (name, { partitionIndex }) => ({
        partitionIndex,
        errorCode: remove(name, partitionIndex),
      })),
    };
  },
});
