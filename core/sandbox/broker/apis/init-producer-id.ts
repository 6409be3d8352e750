/** InitProducerId: an id for an idempotent producer, or the id and next epoch of a transactional one. */
import { defineApi } from '../api.ts';
import { ErrorCode, fencedSince, refused } from '../wire/error-codes.ts';
import { int16, int32, long, nullableString, optional, since, struct } from '../wire/schema.ts';

const request = struct({
  transactionalId: nullableString,
  transactionTimeoutMs: int32,
  producerId: since(3, long, -1),
  producerEpoch: since(3, int16, -1),
});

const response = struct({
  throttleTimeMs: optional(int32),
  errorCode: int16,
  producerId: optional(long, -1),
  producerEpoch: int16,
});

export const initProducerId = defineApi({
  key: 22,
  name: 'InitProducerId',
  versions: [0, 4],
  flexibleSince: 2,
  request,
  response,
  handle({ transactionalId, transactionTimeoutMs, producerId, producerEpoch }, { node, version }) {
    if (transactionalId === null) {
      return { errorCode: ErrorCode.none, producerId: node.producerIds.next(), producerEpoch: 0 };
    }
    try {
      const begun = node.transactions.begin(transactionalId, transactionTimeoutMs, { producerId, producerEpoch });
      return { errorCode: ErrorCode.none, producerId: begun.producerId, producerEpoch: begun.producerEpoch };
    } catch (error) {
      return { errorCode: fencedSince(4, version, refused(error).errorCode), producerEpoch: -1 };
    }
  },
});
