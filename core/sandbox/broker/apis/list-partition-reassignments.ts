/** ListPartitionReassignments: with one broker nothing moves. */
import { defineApi } from '../api.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { array, int16, int32, nullableArray, nullableString, optional, struct } from '../wire/schema.ts';
import { topicsWith, topicWith } from './topic-partitions.ts';

const request = struct({
  timeoutMs: optional(int32, 60000),
  topics: optional(nullableArray(topicWith(int32)), null),
});

const response = struct({
  throttleTimeMs: optional(int32),
  errorCode: int16,
  errorMessage: nullableString,
  topics: topicsWith(
    struct({
      partitionIndex: int32,
      replicas: array(int32),
      addingReplicas: array(int32),
      removingReplicas: array(int32),
    }),
  ),
});

export const listPartitionReassignments = defineApi({
  key: 46,
  name: 'ListPartitionReassignments',
  versions: [0, 0],
  flexibleSince: 0,
  request,
  response,
  handle: () => ({ errorCode: ErrorCode.none, errorMessage: null, topics: [] }),
});
