/** AddPartitionsToTxn, AddOffsetsToTxn, TxnOffsetCommit, EndTxn and WriteTxnMarkers: the life of a transaction. */
import { type Call, defineApi } from '../api.ts';
import type { OffsetCommit } from '../groups/offsets.ts';
import type { TransactionReference } from '../transactions.ts';
import { ErrorCode, errorCodeOf, ProtocolError } from '../wire/error-codes.ts';
import {
  array,
  boolean,
  int16,
  int32,
  int64,
  long,
  nullableString,
  optional,
  since,
  string,
  struct,
  until,
} from '../wire/schema.ts';

const addPartitionsRequest = struct({
  transactions: since(
    4,
    array(
      struct({
        transactionalId: string,
        producerId: long,
        producerEpoch: int16,
        verifyOnly: optional(boolean, false),
        topics: array(
          struct({
            name: string,
            partitions: array(int32),
          }),
        ),
      }),
    ),
  ),
  v3AndBelowTransactionalId: until(3, string),
  v3AndBelowProducerId: until(3, long),
  v3AndBelowProducerEpoch: until(3, int16),
  v3AndBelowTopics: until(
    3,
    array(
      struct({
        name: string,
        partitions: array(int32),
      }),
    ),
  ),
});

const addPartitionsResponse = struct({
  throttleTimeMs: optional(int32),
  errorCode: since(4, int16),
  resultsByTransaction: since(
    4,
    array(
      struct({
        transactionalId: string,
        topicResults: array(
          struct({
            name: string,
            resultsByPartition: array(
              struct({
                partitionIndex: int32,
                partitionErrorCode: int16,
              }),
            ),
          }),
        ),
      }),
    ),
  ),
  resultsByTopicV3AndBelow: until(
    3,
    array(
      struct({
        name: string,
        resultsByPartition: array(
          struct({
            partitionIndex: int32,
            partitionErrorCode: int16,
          }),
        ),
      }),
    ),
  ),
});

const addOffsetsRequest = struct({
  transactionalId: string,
  producerId: long,
  producerEpoch: int16,
  groupId: string,
});

const addOffsetsResponse = struct({
  throttleTimeMs: optional(int32),
  errorCode: int16,
});

const commitOffsetsRequest = struct({
  transactionalId: string,
  groupId: string,
  producerId: long,
  producerEpoch: int16,
  generationId: since(3, int32, -1),
  memberId: since(3, string, ''),
  groupInstanceId: since(3, nullableString, null),
  topics: array(
    struct({
      name: string,
      partitions: array(
        struct({
          partitionIndex: int32,
          committedOffset: int64,
          committedLeaderEpoch: since(2, int32, -1),
          committedMetadata: nullableString,
        }),
      ),
    }),
  ),
});

const commitOffsetsResponse = struct({
  throttleTimeMs: optional(int32),
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

const endRequest = struct({
  transactionalId: string,
  producerId: long,
  producerEpoch: int16,
  committed: boolean,
});

const endResponse = struct({
  throttleTimeMs: optional(int32),
  errorCode: int16,
});

const markersRequest = struct({
  markers: array(
    struct({
      producerId: long,
      producerEpoch: int16,
      transactionResult: boolean,
      topics: array(
        struct({
          name: string,
          partitionIndexes: array(int32),
        }),
      ),
      coordinatorEpoch: int32,
    }),
  ),
});

const markersResponse = struct({
  markers: array(
    struct({
      producerId: long,
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
    }),
  ),
});

interface WantedTopic {
  readonly name: string;
  readonly partitions: readonly number[];
}

/** Clients older than the version learn of a newer producer by another code. */
function outcome(fencedSince: number, version: number, action: () => void): number {
  try {
    action();
    return ErrorCode.none;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    if (error.code === ErrorCode.producerFenced && version < fencedSince) return ErrorCode.invalidProducerEpoch;
    return errorCodeOf(error);
  }
}

export const addPartitionsToTxn = defineApi({
  key: 24,
  name: 'AddPartitionsToTxn',
  versions: [0, 5],
  flexibleSince: 3,
  request: addPartitionsRequest,
  response: addPartitionsResponse,
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
  const errorCode = outcome(2, version, () => {
    if (isMissing) return;
    const partitions = topics.flatMap((topic) =>
      topic.partitions.map((index) => ({ topic: topic.name, partition: index })),
    );
    if (verifyOnly) node.transactions.verify(reference, partitions);
    else node.transactions.addPartitions(reference, partitions);
  });
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

export const addOffsetsToTxn = defineApi({
  key: 25,
  name: 'AddOffsetsToTxn',
  versions: [0, 4],
  flexibleSince: 3,
  request: addOffsetsRequest,
  response: addOffsetsResponse,
  handle(body, { node, version }) {
    return { errorCode: outcome(2, version, () => node.transactions.addGroup(body, body.groupId)) };
  },
});

export const txnOffsetCommit = defineApi({
  key: 28,
  name: 'TxnOffsetCommit',
  versions: [0, 4],
  flexibleSince: 3,
  request: commitOffsetsRequest,
  response: commitOffsetsResponse,
  handle(body, { node, version }) {
    const isThere = (name: string, index: number) => node.topics.partition(name, index) !== undefined;
    const commits = body.topics.flatMap(({ name, partitions }) =>
      partitions.filter(({ partitionIndex }) => isThere(name, partitionIndex)).map((each) => toCommit(name, each)),
    );
    const errorCode = outcome(999, version, () => {
      if (body.generationId >= 0 || body.memberId !== '') node.groups.checkCommit(body);
      node.transactions.commitOffsets(body, body.groupId, commits);
    });
    return {
      topics: body.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          errorCode: isThere(name, partitionIndex) ? errorCode : ErrorCode.unknownTopicOrPartition,
        })),
      })),
    };
  },
});

interface OffsetPartition {
  readonly partitionIndex: number;
  readonly committedOffset: bigint;
  readonly committedLeaderEpoch: number;
  readonly committedMetadata: string | null;
}

function toCommit(topic: string, partition: OffsetPartition): OffsetCommit {
  return {
    topic,
    partition: partition.partitionIndex,
    offset: partition.committedOffset,
    leaderEpoch: partition.committedLeaderEpoch,
    metadata: partition.committedMetadata,
  };
}

export const endTxn = defineApi({
  key: 26,
  name: 'EndTxn',
  versions: [0, 4],
  flexibleSince: 3,
  request: endRequest,
  response: endResponse,
  handle(body, { node, version }) {
    return { errorCode: outcome(2, version, () => node.transactions.end(body, body.committed)) };
  },
});

/** Meant for brokers among each other; a client's way to end a transaction that hangs. */
export const writeTxnMarkers = defineApi({
  key: 27,
  name: 'WriteTxnMarkers',
  versions: [1, 1],
  flexibleSince: 1,
  request: markersRequest,
  response: markersResponse,
  handle({ markers }, { node, version }) {
    return {
      markers: markers.map(({ producerId, producerEpoch, transactionResult, topics }) => ({
        producerId,
        topics: topics.map(({ name, partitionIndexes }) => ({
          name,
          partitions: partitionIndexes.map((partitionIndex) => ({
            partitionIndex,
            errorCode: outcome(0, version, () => {
              const log = node.topics.partition(name, partitionIndex);
              if (log === undefined) throw new ProtocolError(ErrorCode.unknownTopicOrPartition, name);
              log.appendMarker({ producerId, producerEpoch }, transactionResult);
            }),
          })),
        })),
      })),
    };
  },
});
