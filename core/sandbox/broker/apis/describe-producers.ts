/** DescribeProducers: who has written to a partition lately. */
import { type Call, defineApi } from '../api.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { array, int16, int32, long, nullableString, optional, struct } from '../wire/schema.ts';
import { answerEach, topicsWith } from './topic-partitions.ts';

const request = struct({
  topics: topicsWith(int32),
});

const response = struct({
  throttleTimeMs: optional(int32),
  topics: topicsWith(
    struct({
      partitionIndex: int32,
      errorCode: int16,
      errorMessage: optional(nullableString, null),
      activeProducers: array(
        struct({
          producerId: long,
          producerEpoch: int32,
          lastSequence: optional(int32, -1),
          lastTimestamp: optional(long, -1),
          coordinatorEpoch: int32,
          currentTxnStartOffset: optional(long, -1),
        }),
      ),
    }),
  ),
});

export const describeProducers = defineApi({
  key: 61,
  name: 'DescribeProducers',
  versions: [0, 0],
  flexibleSince: 0,
  request,
  response,
  handle({ topics }, call) {
    return { topics: answerEach(topics, (name, partitionIndex) => describe(call, name, partitionIndex)) };
  },
});

function describe({ node }: Call, topic: string, partitionIndex: number) {
  const log = node.topics.partition(topic, partitionIndex);
  if (log === undefined) {
    return { partitionIndex, errorCode: ErrorCode.unknownTopicOrPartition, activeProducers: [] };
  }
  return {
    partitionIndex,
    errorCode: ErrorCode.none,
    activeProducers: [...log.producers.all()].map(([producerId, producer]) => ({
      producerId,
      producerEpoch: producer.epoch,
      lastSequence: producer.batches.at(-1)?.last ?? -1,
      lastTimestamp: producer.batches.at(-1)?.maxTimestampMs ?? -1,
      coordinatorEpoch: 0,
      currentTxnStartOffset: producer.transactionStart ?? -1,
    })),
  };
}
