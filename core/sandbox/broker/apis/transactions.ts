/** AddOffsetsToTxn, EndTxn and WriteTxnMarkers: what a transaction covers besides partitions, and its end. */
import { defineApi } from '../api.ts';
import { ErrorCode, fencedSince, outcome, ProtocolError } from '../wire/error-codes.ts';
import { array, boolean, int16, int32, long, optional, string, struct } from '../wire/schema.ts';
import { partitionOutcomes } from './topic-partitions.ts';

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
        topics: topics.map(({ name, partitionIndexes }) => ({
          name,
          partitions: partitionIndexes.map((partitionIndex) => ({
            partitionIndex,
            errorCode: outcome(() => {
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
