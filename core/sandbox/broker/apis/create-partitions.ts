/** CreatePartitions: a topic grows. */
import { type Call, defineApi, findTopic, nodeId } from '../api.ts';
import { ErrorCode, ProtocolError, refused } from '../wire/error-codes.ts';
import {
  array,
  boolean,
  int16,
  int32,
  nullableArray,
  nullableString,
  optional,
  type ReadOf,
  string,
  struct,
} from '../wire/schema.ts';

const request = struct({
  topics: array(
    struct({
      name: string,
      count: int32,
      assignments: nullableArray(
        struct({
          brokerIds: array(int32),
        }),
      ),
    }),
  ),
  timeoutMs: int32,
  validateOnly: boolean,
});

const response = struct({
  throttleTimeMs: optional(int32),
  results: array(
    struct({
      name: string,
      errorCode: int16,
      errorMessage: optional(nullableString, null),
    }),
  ),
});

type Wanted = ReadOf<typeof request>['topics'][number];

export const createPartitions = defineApi({
  key: 37,
  name: 'CreatePartitions',
  versions: [0, 3],
  flexibleSince: 2,
  request,
  response,
  handle({ topics, validateOnly }, call) {
    return { results: topics.map((wanted) => grow(call, wanted, validateOnly)) };
  },
});

function grow({ node }: Call, { name, count, assignments }: Wanted, validateOnly: boolean) {
  try {
    const topic = findTopic(node.topics, name);
    const present = topic.partitions.length;
    if (count <= present || count > 10_000) {
      throw new ProtocolError(
        ErrorCode.invalidPartitions,
        `The topic ${name} currently has ${present} partition(s); ${count} would not be an increase.`,
      );
    }
    const isElsewhere = (assignments ?? []).some(({ brokerIds }) => brokerIds.length !== 1 || brokerIds[0] !== nodeId);
    if (isElsewhere || (assignments !== null && assignments.length !== count - present)) {
      throw new ProtocolError(ErrorCode.invalidReplicaAssignment, `Every new partition goes to broker ${nodeId}.`);
    }
    if (!validateOnly) node.topics.grow(topic, count);
    return { name, errorCode: ErrorCode.none };
  } catch (error) {
    return { name, ...refused(error) };
  }
}
