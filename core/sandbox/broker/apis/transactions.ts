/** AddOffsetsToTxn, EndTxn and WriteTxnMarkers: what a transaction covers besides partitions, and its end. */
import { defineApi, findPartition, findTopic } from '../api.ts';
import { fencedSince, outcome } from '../wire/error-codes.ts';
import { array, boolean, int16, int32, long, optional, string, struct } from '../wire/schema.ts';
import { answerEach, partitionOutcomes, topicsWith } from './topic-partitions.ts';

const addOffsetsRequest = struct({
  transactionalId: string,
  producerId: long,
  producerEpoch: int16,
  groupId: string,
});

const endRequest = struct({
  transactionalId: string,
  producerId: long,
  producerEpoch: int16,
  committed: boolean,
});

/** Of AddOffsetsToTxn and EndTxn. */
const outcomeResponse = struct({
  throttleTimeMs: optional(int32),
  errorCode: int16,
});

const markersRequest = struct({
  markers: array(
    struct({
      producerId: long,
      producerEpoch: int16,
      transactionResult: boolean,
      topics: topicsWith(int32),
      coordinatorEpoch: int32,
    }),
  ),
});

const markersResponse = struct({
  markers: array(
    struct({
      producerId: long,
      topics: partitionOutcomes,
    }),
  ),
});

export const addOffsetsToTxn = defineApi({
  key: 25,
  name: 'AddOffsetsToTxn',
  versions: [0, 4],
  flexibleSince: 3,
  request: addOffsetsRequest,
  response: outcomeResponse,
  handle(body, { node, version }) {
    const errorCode = outcome(() => node.transactions.addGroup(body, body.groupId));
    return { errorCode: fencedSince(2, version, errorCode) };
  },
});

export const endTxn = defineApi({
  key: 26,
  name: 'EndTxn',
  versions: [0, 4],
  flexibleSince: 3,
  request: endRequest,
  response: outcomeResponse,
  handle(body, { node, version }) {
    const errorCode = outcome(() => node.transactions.end(body, body.committed));
    return { errorCode: fencedSince(2, version, errorCode) };
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
  handle({ markers }, { node }) {
    return {
      markers: markers.map(({ producerId, producerEpoch, transactionResult, topics }) => ({
        producerId,
        topics: answerEach(topics, (name, partitionIndex) => ({
          partitionIndex,
          errorCode: outcome(() => {
            const log = findPartition(findTopic(node.topics, name), partitionIndex);
            log.appendMarker({ producerId, producerEpoch }, transactionResult);
          }),
        })),
      })),
    };
  },
});
