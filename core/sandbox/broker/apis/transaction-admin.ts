/** DescribeTransactions and ListTransactions. */
import { defineApi } from '../api.ts';
import { transactionStates } from '../transactions.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { array, int16, int32, long, optional, since, string, struct } from '../wire/schema.ts';
import { topicsWith } from './topic-partitions.ts';

const describeRequest = struct({
  transactionalIds: array(string),
});

const describeResponse = struct({
  throttleTimeMs: optional(int32),
  transactionStates: array(
    struct({
      errorCode: int16,
      transactionalId: string,
      transactionState: string,
      transactionTimeoutMs: int32,
      transactionStartTimeMs: long,
      producerId: long,
      producerEpoch: int16,
      topics: topicsWith(int32),
    }),
  ),
});

const listRequest = struct({
  stateFilters: array(string),
  producerIdFilters: array(long),
  durationFilter: since(1, long, -1),
});

const listResponse = struct({
  throttleTimeMs: optional(int32),
  errorCode: int16,
  unknownStateFilters: array(string),
  transactionStates: array(
    struct({
      transactionalId: string,
      producerId: long,
      transactionState: string,
    }),
  ),
});

export const describeTransactions = defineApi({
  key: 65,
  name: 'DescribeTransactions',
  versions: [0, 0],
  flexibleSince: 0,
  request: describeRequest,
  response: describeResponse,
  handle({ transactionalIds }, { node }) {
    return {
      transactionStates: transactionalIds.map((transactionalId) => {
        const transaction = node.transactions.get(transactionalId);
        if (transaction === undefined) {
          const none = { transactionState: '', transactionTimeoutMs: 0, transactionStartTimeMs: -1, producerId: -1 };
          return {
            errorCode: ErrorCode.transactionalIdNotFound,
            transactionalId,
            ...none,
            producerEpoch: -1,
            topics: [],
          };
        }
        const topics = Map.groupBy(transaction.partitions, ({ topic }) => topic);
        return {
          errorCode: ErrorCode.none,
          transactionalId,
          transactionState: transaction.state,
          transactionTimeoutMs: transaction.timeoutMs,
          transactionStartTimeMs: transaction.startedMs,
          producerId: transaction.producerId,
          producerEpoch: transaction.producerEpoch,
          topics: [...topics].map(([name, its]) => ({ name, partitions: its.map(({ partition }) => partition) })),
        };
      }),
    };
  },
});

export const listTransactions = defineApi({
  key: 66,
  name: 'ListTransactions',
  versions: [0, 1],
  flexibleSince: 0,
  request: listRequest,
  response: listResponse,
  handle({ stateFilters, producerIdFilters, durationFilter }, { node }) {
    const nowMs = Date.now();
    const found = [...node.transactions.all()].filter(
      ({ state, producerId, startedMs }) =>
        (stateFilters.length === 0 || stateFilters.includes(state)) &&
        (producerIdFilters.length === 0 || producerIdFilters.includes(producerId)) &&
        (durationFilter < 0 || (startedMs >= 0 && nowMs - startedMs > durationFilter)),
    );
    return {
      errorCode: ErrorCode.none,
      unknownStateFilters: stateFilters.filter((filter) => !transactionStates.some((state) => state === filter)),
      transactionStates: found.map(({ transactionalId, producerId, state }) => ({
        transactionalId,
        producerId,
        transactionState: state,
      })),
    };
  },
});
