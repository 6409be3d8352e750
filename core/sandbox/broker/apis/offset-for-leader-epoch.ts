/** OffsetForLeaderEpoch: where an epoch ended. There is one epoch, and it lasts. */
import { type Call, defineApi } from '../api.ts';
import { leaderEpoch } from '../log/partition-log.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { int16, int32, long, optional, type ReadOf, since, struct } from '../wire/schema.ts';
import { answerEach, topicsWith } from './topic-partitions.ts';

const request = struct({
  replicaId: since(3, int32, -2),
  topics: topicsWith(
    struct({
      partition: int32,
      currentLeaderEpoch: since(2, int32, -1),
      leaderEpoch: int32,
    }),
  ),
});

const response = struct({
  throttleTimeMs: optional(int32),
  topics: topicsWith(
    struct({
      errorCode: int16,
      partition: int32,
      leaderEpoch: since(1, int32, -1),
      endOffset: optional(long, -1),
    }),
  ),
});

type Wanted = ReadOf<typeof request>['topics'][number]['partitions'][number];

export const offsetForLeaderEpoch = defineApi({
  key: 23,
  name: 'OffsetForLeaderEpoch',
  versions: [2, 4],
  flexibleSince: 4,
  request,
  response,
  handle({ topics }, call) {
    return { topics: answerEach(topics, (name, wanted) => find(call, name, wanted)) };
  },
});

function find({ node }: Call, topic: string, { partition, currentLeaderEpoch, leaderEpoch: wanted }: Wanted) {
  const log = node.topics.partition(topic, partition);
  if (log === undefined) return { partition, errorCode: ErrorCode.unknownTopicOrPartition };
  if (currentLeaderEpoch > leaderEpoch) return { partition, errorCode: ErrorCode.unknownLeaderEpoch };
  if (wanted !== leaderEpoch) return { partition, errorCode: ErrorCode.none };
  return { partition, errorCode: ErrorCode.none, leaderEpoch, endOffset: log.endOffset };
}
