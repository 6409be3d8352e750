/** Metadata: who the brokers are, and where each partition lies. There is one broker, and it leads everything. */
import { type Call, defineApi, findTopic, findTopicById, nodeId, unknownOperations } from '../api.ts';
import { leaderEpoch } from '../log/partition-log.ts';
import type { Topic } from '../topics.ts';
import { ErrorCode, refused } from '../wire/error-codes.ts';
import {
  array,
  between,
  boolean,
  int16,
  int32,
  nullableArray,
  nullableString,
  since,
  string,
  struct,
  uuid,
  zeroUuid,
} from '../wire/schema.ts';

const request = struct({
  topics: nullableArray(
    struct({
      topicId: since(10, uuid),
      name: nullableString,
    }),
  ),
  allowAutoTopicCreation: since(4, boolean, true),
  includeClusterAuthorizedOperations: between(8, 10, boolean),
  includeTopicAuthorizedOperations: since(8, boolean),
});

const response = struct({
  throttleTimeMs: since(3, int32),
  brokers: array(
    struct({
      nodeId: int32,
      host: string,
      port: int32,
      rack: since(1, nullableString, null),
    }),
  ),
  clusterId: since(2, nullableString, null),
  controllerId: since(1, int32, -1),
  topics: array(
    struct({
      errorCode: int16,
      name: nullableString,
      topicId: since(10, uuid),
      isInternal: since(1, boolean, false),
      partitions: array(
        struct({
          errorCode: int16,
          partitionIndex: int32,
          leaderId: int32,
          leaderEpoch: since(7, int32, -1),
          replicaNodes: array(int32),
          isrNodes: array(int32),
          offlineReplicas: since(5, array(int32)),
        }),
      ),
      topicAuthorizedOperations: since(8, int32, unknownOperations),
    }),
  ),
  clusterAuthorizedOperations: between(8, 10, int32, unknownOperations),
});

export const metadata = defineApi({
  key: 3,
  name: 'Metadata',
  versions: [0, 12],
  flexibleSince: 9,
  request,
  response,
  handle({ topics, allowAutoTopicCreation }, call) {
    const { node, version } = call;
    // In version 0 an empty list means all topics, later null does.
    const isAll = topics === null || (version === 0 && topics.length === 0);
    return {
      brokers: [{ nodeId, host: node.host, port: node.port }],
      clusterId: node.clusterId,
      controllerId: nodeId,
      topics: isAll
        ? [...node.topics.all()].map(describe)
        : topics.map(({ name, topicId }) => find(call, name, topicId, allowAutoTopicCreation)),
    };
  },
});

function describe(topic: Topic) {
  return {
    errorCode: ErrorCode.none,
    name: topic.name,
    topicId: topic.id,
    partitions: topic.partitions.map((_, partitionIndex) => ({
      errorCode: ErrorCode.none,
      partitionIndex,
      leaderId: nodeId,
      leaderEpoch,
      replicaNodes: [nodeId],
      isrNodes: [nodeId],
    })),
  };
}

function find({ node }: Call, name: string | null, topicId: string, mayCreate: boolean) {
  try {
    if (name === null) return describe(findTopicById(node.topics, topicId));
    const isMissing = node.topics.get(name) === undefined;
    if (isMissing && mayCreate && node.autoCreateTopics) return describe(node.topics.create({ name, partitions: 1 }));
    return describe(findTopic(node.topics, name));
  } catch (error) {
    return { ...refused(error), name, topicId: name === null ? topicId : zeroUuid, partitions: [] };
  }
}
