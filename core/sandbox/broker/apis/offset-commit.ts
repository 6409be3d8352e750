/** OffsetCommit: where a group will go on. */
import { defineApi, type Node } from '../api.ts';
import type { OffsetCommit } from '../groups/offsets.ts';
import { ErrorCode, outcome } from '../wire/error-codes.ts';
import {
  between,
  int32,
  int64,
  long,
  nullableString,
  optional,
  type ReadOf,
  since,
  string,
  struct,
} from '../wire/schema.ts';
import { answerEach, partitionOutcomes, topicsWith } from './topic-partitions.ts';

const request = struct({
  groupId: string,
  generationIdOrMemberEpoch: optional(int32, -1),
  memberId: string,
  groupInstanceId: since(7, nullableString, null),
  retentionTimeMs: between(2, 4, long, -1),
  topics: topicsWith(
    struct({
      partitionIndex: int32,
      committedOffset: int64,
      committedLeaderEpoch: since(6, int32, -1),
      commitTimestamp: between(1, 1, long, -1),
      committedMetadata: nullableString,
    }),
  ),
});

const response = struct({
  throttleTimeMs: since(3, int32),
  topics: partitionOutcomes,
});

/** Kafka's `offset.metadata.max.bytes`. */
const mostMetadataBytes = 4_096;

type Request = ReadOf<typeof request>;
type Partition = Request['topics'][number]['partitions'][number];

export const offsetCommit = defineApi({
  key: 8,
  name: 'OffsetCommit',
  versions: [1, 9],
  flexibleSince: 8,
  request,
  response,
  handle(body, { node }) {
    const generationId = body.generationIdOrMemberEpoch;
    const refused = outcome(() => node.groups.checkCommit({ ...body, generationId }));
    const commits: OffsetCommit[] = [];
    const topics = answerEach(body.topics, (name, partition) => {
      const errorCode = refused || checkPartition(node, name, partition);
      if (errorCode === ErrorCode.none) commits.push(toCommit(name, partition));
      return { partitionIndex: partition.partitionIndex, errorCode };
    });
    if (outcome(() => node.groups.offsets.commit(body.groupId, commits)) !== ErrorCode.none) {
      // Kafka answers a commit that could not be stored with a code that makes clients try again.
      for (const { partitions } of topics) {
        for (const partition of partitions) {
          if (partition.errorCode === ErrorCode.none) partition.errorCode = ErrorCode.coordinatorNotAvailable;
        }
      }
    }
    return { topics };
  },
});

function checkPartition(node: Node, topic: string, partition: Partition): ErrorCode {
  if (node.topics.partition(topic, partition.partitionIndex) === undefined) return ErrorCode.unknownTopicOrPartition;
  if (Buffer.byteLength(partition.committedMetadata ?? '') > mostMetadataBytes) return ErrorCode.offsetMetadataTooLarge;
  return ErrorCode.none;
}

export function toCommit(topic: string, partition: Omit<Partition, 'commitTimestamp'>): OffsetCommit {
  const { partitionIndex, committedOffset, committedLeaderEpoch, committedMetadata } = partition;
  return {
    topic,
    partition: partitionIndex,
    offset: committedOffset,
    leaderEpoch: committedLeaderEpoch,
    metadata: committedMetadata,
  };
}
