/** CreateTopics. */
import { type Call, defineApi, nodeId } from '../api.ts';
import { ErrorCode, ProtocolError, refused } from '../wire/error-codes.ts';
import {
  array,
  boolean,
  int8,
  int16,
  int32,
  nullableArray,
  nullableString,
  optional,
  type ReadOf,
  since,
  string,
  struct,
  tagged,
  uuid,
  zeroUuid,
} from '../wire/schema.ts';
import { configEntries, givenConfigs, topicConfigFields } from './topic-config-fields.ts';

const request = struct({
  topics: array(
    struct({
      name: string,
      numPartitions: int32,
      replicationFactor: int16,
      assignments: array(
        struct({
          partitionIndex: int32,
          brokerIds: array(int32),
        }),
      ),
      configs: configEntries,
    }),
  ),
  timeoutMs: optional(int32, 60000),
  validateOnly: since(1, boolean, false),
});

const response = struct({
  throttleTimeMs: since(2, int32),
  topics: array(
    struct({
      name: string,
      topicId: since(7, uuid),
      errorCode: int16,
      errorMessage: since(1, nullableString),
      topicConfigErrorCode: tagged(0, 5, int16),
      numPartitions: since(5, int32, -1),
      replicationFactor: since(5, int16, -1),
      configs: since(
        5,
        nullableArray(
          struct({
            name: string,
            value: nullableString,
            readOnly: boolean,
            configSource: optional(int8, -1),
            isSensitive: boolean,
          }),
        ),
      ),
    }),
  ),
});

type Wanted = ReadOf<typeof request>['topics'][number];

export const createTopics = defineApi({
  key: 19,
  name: 'CreateTopics',
  versions: [0, 7],
  flexibleSince: 5,
  request,
  response,
  handle({ topics, validateOnly }, call) {
    const names = topics.map(({ name }) => name);
    return {
      topics: topics.map((wanted) => {
        const isTwice = names.indexOf(wanted.name) !== names.lastIndexOf(wanted.name);
        return create(call, wanted, validateOnly, isTwice);
      }),
    };
  },
});

function create({ node }: Call, wanted: Wanted, validateOnly: boolean, isTwice: boolean) {
  const { name } = wanted;
  try {
    if (isTwice) throw new ProtocolError(ErrorCode.invalidRequest, `Topic ${name} is named twice in the request.`);
    const partitions = partitionCount(wanted);
    const configs = givenConfigs(wanted.configs);
    const spec = { name, partitions, configs };
    if (validateOnly) node.topics.check(spec);
    const topicId = validateOnly ? zeroUuid : node.topics.create(spec).id;
    return {
      name,
      topicId,
      errorCode: ErrorCode.none,
      errorMessage: null,
      numPartitions: partitions,
      replicationFactor: 1,
      configs: topicConfigFields(configs),
    };
  } catch (error) {
    return { name, ...refused(error), configs: [] };
  }
}

/** The number asked for, by count or by assignment; throws when replicas are asked for that do not exist. */
function partitionCount({ numPartitions, replicationFactor, assignments }: Wanted): number {
  if (assignments.length > 0) {
    if (numPartitions !== -1 || replicationFactor !== -1) {
      throw new ProtocolError(ErrorCode.invalidRequest, 'Give either assignments or counts, not both.');
    }
    const indexes = assignments.map(({ partitionIndex }) => partitionIndex).sort((a, b) => a - b);
    const isWhole = indexes.every((index, i) => index === i);
    const isHere = assignments.every(({ brokerIds }) => brokerIds.length === 1 && brokerIds[0] === nodeId);
    if (isWhole && isHere) return assignments.length;
    throw new ProtocolError(
      ErrorCode.invalidReplicaAssignment,
      `The only broker is ${nodeId}, and partitions count from 0.`,
    );
  }
  if (replicationFactor !== 1 && replicationFactor !== -1) {
    throw new ProtocolError(
      ErrorCode.invalidReplicationFactor,
      `Unable to replicate the partition ${replicationFactor} time(s): The target replication factor of ` +
        `${replicationFactor} cannot be reached because only 1 broker(s) are registered.`,
    );
  }
  return numPartitions === -1 ? 1 : numPartitions;
}
