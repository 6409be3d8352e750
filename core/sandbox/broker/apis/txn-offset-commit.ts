/** TxnOffsetCommit: offsets that count when the transaction commits. */
import { defineApi } from '../api.ts';
import { ErrorCode, fencedSince, outcome } from '../wire/error-codes.ts';
import { int16, int32, int64, long, nullableString, optional, since, string, struct } from '../wire/schema.ts';
import { toCommit } from './offset-commit.ts';
import { answerEach, partitionOutcomes, topicsWith } from './topic-partitions.ts';

const request = struct({
  transactionalId: string,
  groupId: string,
  producerId: long,
  producerEpoch: int16,
  generationId: since(3, int32, -1),
  memberId: since(3, string, ''),
  groupInstanceId: since(3, nullableString, null),
  topics: topicsWith(
    struct({
      partitionIndex: int32,
      committedOffset: int64,
      committedLeaderEpoch: since(2, int32, -1),
      committedMetadata: nullableString,
    }),
  ),
});

const response = struct({
  throttleTimeMs: optional(int32),
  topics: partitionOutcomes,
});

/** This API has not learnt to say PRODUCER_FENCED in any version. */
const noVersion = 999;

export const txnOffsetCommit = defineApi({
  key: 28,
  name: 'TxnOffsetCommit',
  versions: [0, 4],
  flexibleSince: 3,
  request,
  response,
  handle(body, { node, version }) {
    const isThere = (name: string, index: number) => node.topics.partition(name, index) !== undefined;
    const commits = body.topics.flatMap(({ name, partitions }) =>
      partitions.filter(({ partitionIndex }) => isThere(name, partitionIndex)).map((each) => toCommit(name, each)),
    );
    const commit = () => {
      if (body.generationId >= 0 || body.memberId !== '') node.groups.checkCommit(body);
      node.transactions.commitOffsets(body, body.groupId, commits);
    };
    const errorCode = fencedSince(noVersion, version, outcome(commit));
    return {
      topics: answerEach(body.topics, (name, { partitionIndex }) => ({
        partitionIndex,
        errorCode: isThere(name, partitionIndex) ? errorCode : ErrorCode.unknownTopicOrPartition,
      })),
    };
  },
});
