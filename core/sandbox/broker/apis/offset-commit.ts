/** OffsetCommit: where a group will go on. */
import { type Call, defineApi } from '../api.ts';
import type { OffsetCommit } from '../groups/offsets.ts';
import { ErrorCode, errorCodeOf, ProtocolError } from '../wire/error-codes.ts';
import type { ReadOf } from '../wire/schema.ts';
import {
  array,
  between,
  int16,
  int32,
  int64,
  long,
  nullableString,
  optional,
  since,
  string,
  struct,
} from '../wire/schema.ts';

const request = struct({
  groupId: string,
  generationIdOrMemberEpoch: optional(int32, -1),
  memberId: string,
  groupInstanceId: since(7, nullableString, null),
  retentionTimeMs: between(2, 4, long, -1),
  topics: array(
    struct({
      name: string,
      partitions: array(
        struct({
          partitionIndex: int32,
          committedOffset: int64,
          committedLeaderEpoch: since(6, int32, -1),
          commitTimestamp: between(1, 1, long, -1),
          committedMetadata: nullableString,
        }),
      ),
    }),
  ),
});

const response = struct({
  throttleTimeMs: since(3, int32),
  topics: array(
    struct({
      name: string,
      partitions: array(
        struct({
          partitionIndex: int32,
          errorCode: int16,
        }),
      ),
    }),
  ),
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
  handle(body, call) {
    const refused = checkMember(body, call);
    const commits: OffsetCommit[] = [];
    const topics = body.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((partition) => {
        const errorCode = refused ?? checkPartition(call, name, partition);
        if (errorCode === ErrorCode.none) commits.push(toCommit(name, partition));
        return { partitionIndex: partition.partitionIndex, errorCode: errorCode as number };
      }),
    }));
    try {
      call.node.groups.offsets.commit(body.groupId, commits);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
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

function checkMember(body: Request, { node }: Call): ErrorCode | undefined {
  try {
    node.groups.checkCommit({ ...body, generationId: body.generationIdOrMemberEpoch });
    return undefined;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return errorCodeOf(error);
  }
}

function checkPartition({ node }: Call, topic: string, partition: Partition): ErrorCode {
  if (node.topics.partition(topic, partition.partitionIndex) === undefined) return ErrorCode.unknownTopicOrPartition;
  if (Buffer.byteLength(partition.committedMetadata ?? '') > mostMetadataBytes) return ErrorCode.offsetMetadataTooLarge;
  return ErrorCode.none;
}

function toCommit(topic: string, partition: Partition): OffsetCommit {
  const { partitionIndex, committedOffset, committedLeaderEpoch, committedMetadata } = partition;
  return {
    topic,
    partition: partitionIndex,
    offset: committedOffset,
    leaderEpoch: committedLeaderEpoch,
    metadata: committedMetadata,
  };
}
