/** AddPartitionsToTxn: what a transaction will write to. From version 4 on brokers ask for several transactions at once. */
import { type Call, defineApi } from '../api.ts';
import type { TransactionReference } from '../transactions.ts';
import { ErrorCode, fencedSince, outcome } from '../wire/error-codes.ts';
import { array, boolean, int16, int32, long, optional, since, string, struct, until } from '../wire/schema.ts';
import { topicsWith } from './topic-partitions.ts';

const request = struct({
  transactions: since(
    4,
    array(
      struct({
        transactionalId: string,
        producerId: long,
        producerEpoch: int16,
        verifyOnly: optional(boolean, false),
        topics: topicsWith(int32),
      }),
    ),
  ),
  v3AndBelowTransactionalId: until(3, string),
  v3AndBelowProducerId: until(3, long),
  v3AndBelowProducerEpoch: until(3, int16),
  v3AndBelowTopics: until(3, topicsWith(int32)),
});

const topicResults = array(
  struct({
    name: string,
    resultsByPartition: array(
      struct({
        partitionIndex: int32,
        partitionErrorCode: int16,
      }),
    ),
  }),
);

const response = struct({
  throttleTimeMs: optional(int32),
  errorCode: since(4, int16),
  resultsByTransaction: since(
    4,
    array(
      struct({
        transactionalId: string,
        topicResults: topicResults,
      }),
    ),
  ),
  resultsByTopicV3AndBelow: until(3, topicResults),
});

interface WantedTopic {
  readonly name: string;
  readonly partitions: readonly number[];
}

export const addPartitionsToTxn = defineApi({
  key: 24,
  name: 'AddPartitionsToTxn',
  versions: [0, 5],
  flexibleSince: 3,
  request,
  response,
  handle(body, call) {
    if (call.version < 4) {
      const { v3AndBelowTransactionalId, v3AndBelowProducerId, v3AndBelowProducerEpoch, v3AndBelowTopics } = body;
      const reference = {
        transactionalId: v3AndBelowTransactionalId,
        producerId: v3AndBelowProducerId,
        producerEpoch: v3AndBelowProducerEpoch,
      };
      return { resultsByTopicV3AndBelow: addAll(call, reference, v3AndBelowTopics, false) };
    }
    return {
      resultsByTransaction: body.transactions.map(({ topics, verifyOnly, ...reference }) => ({
        transactionalId: reference.transactionalId,
        topicResults: addAll(call, reference, topics, verifyOnly),
      })),
    };
  },
});

/** All or none: one partition that does not exist keeps the others out. */
function addAll(call: Call, reference: TransactionReference, topics: readonly WantedTopic[], verifyOnly: boolean) {
  const { node, version } = call;
  const isThere = (name: string, index: number) => node.topics.partition(name, index) !== undefined;
  const isMissing = topics.some(({ name, partitions }) => partitions.some((index) => !isThere(name, index)));
  const wanted = topics.flatMap(({ name, partitions }) => partitions.map((partition) => ({ topic: name, partition })));
  const act = () => {
    if (isMissing) return;
    if (verifyOnly) node.transactions.verify(reference, wanted);
    else node.transactions.addPartitions(reference, wanted);
  };
  const errorCode = fencedSince(2, version, outcome(act));
  const codeFor = (name: string, index: number) => {
    if (!isMissing) return errorCode;
    return isThere(name, index) ? ErrorCode.operationNotAttempted : ErrorCode.unknownTopicOrPartition;
  };
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map((partitionIndex) => ({
      partitionIndex,
      partitionErrorCode: codeFor(name, partitionIndex),
    })),
  }));
}
