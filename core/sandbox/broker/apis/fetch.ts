/** Fetch: record batches from an offset on, as they lie in the log; waits for more when there is too little. */
import { type Call, defineApi, findPartition, findTopic, findTopicById } from '../api.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import type { AbortedTransaction } from '../log/segment.ts';
import { ErrorCode, ProtocolError, refused } from '../wire/error-codes.ts';
import {
  array,
  int8,
  int16,
  int32,
  long,
  nullableArray,
  nullableString,
  optional,
  type ReadOf,
  records,
  since,
  string,
  struct,
  tagged,
  until,
  uuid,
} from '../wire/schema.ts';

const request = struct({
  clusterId: tagged(0, 12, nullableString, null),
  replicaId: until(14, int32, -1),
  replicaState: tagged(
    1,
    15,
    struct({
      replicaId: optional(int32, -1),
      replicaEpoch: optional(long, -1),
    }),
  ),
  maxWaitMs: int32,
  minBytes: int32,
  maxBytes: optional(int32, 2147483647),
  isolationLevel: optional(int8, 0),
  sessionId: since(7, int32, 0),
  sessionEpoch: since(7, int32, -1),
  topics: array(
    struct({
      topic: until(12, string),
      topicId: since(13, uuid),
      partitions: array(
        struct({
          partition: int32,
          currentLeaderEpoch: since(9, int32, -1),
          fetchOffset: long,
          lastFetchedEpoch: since(12, int32, -1),
          logStartOffset: since(5, long, -1),
          partitionMaxBytes: int32,
        }),
      ),
    }),
  ),
  forgottenTopicsData: since(
    7,
    array(
      struct({
        topic: until(12, string),
        topicId: since(13, uuid),
        partitions: array(int32),
      }),
    ),
  ),
  rackId: since(11, string, ''),
});

const response = struct({
  throttleTimeMs: optional(int32),
  errorCode: since(7, int16),
  sessionId: since(7, int32, 0),
  responses: array(
    struct({
      topic: until(12, string),
      topicId: since(13, uuid),
      partitions: array(
        struct({
          partitionIndex: int32,
          errorCode: int16,
          highWatermark: long,
          lastStableOffset: since(4, long, -1),
          logStartOffset: since(5, long, -1),
          abortedTransactions: since(
            4,
            nullableArray(
              struct({
                producerId: long,
                firstOffset: long,
              }),
            ),
          ),
          preferredReadReplica: since(11, int32, -1),
          records: records,
        }),
      ),
    }),
  ),
});

/** Kafka's `fetch.max.bytes` of the broker. */
const mostBytes = 57_671_680;

type Request = ReadOf<typeof request>;
type RequestedTopic = Request['topics'][number];
type RequestedPartition = RequestedTopic['partitions'][number];

interface ReadPartition {
  readonly partitionIndex: number;
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  readonly abortedTransactions: readonly AbortedTransaction[] | null;
  readonly records: readonly Buffer[];
}

export const fetch = defineApi({
  key: 1,
  name: 'Fetch',
  versions: [4, 17],
  flexibleSince: 12,
  request,
  response,
  async handle(body, call) {
    // Sessions are declined by answering with session 0, so a client can name none.
    if (body.sessionId !== 0) return { errorCode: ErrorCode.fetchSessionIdNotFound, responses: [] };
    let result = readAll(body, call);
    const deadlineMs = performance.now() + body.maxWaitMs;
    // More than one wait is needed when what was appended may not be read yet: an open transaction.
    for (let leftMs = body.maxWaitMs; !result.isFinal && result.bytes < body.minBytes && leftMs > 0; ) {
      await moreBytes(body, call, { bytes: body.minBytes - result.bytes, withinMs: leftMs });
      if (call.closed.aborted) break;
      result = readAll(body, call);
      leftMs = Math.ceil(deadlineMs - performance.now());
    }
    return { errorCode: ErrorCode.none, responses: result.responses };
  },
});

function readAll(body: Request, call: Call) {
  let bytes = 0;
  let hasError = false;
  const most = Math.min(body.maxBytes, mostBytes);
  const responses = body.topics.map((topic) => ({
    topic: topic.topic,
    topicId: topic.topicId,
    partitions: topic.partitions.map((wanted) => {
      const read = readPartition(topic, wanted, call, {
        maxBytes: Math.min(wanted.partitionMaxBytes, most - bytes),
        isFirst: bytes === 0,
        isCommitted: body.isolationLevel === 1,
      });
      for (const part of read.records) bytes += part.length;
      if (read.errorCode !== ErrorCode.none) hasError = true;
      return read;
    }),
  }));
  return { responses, bytes, isFinal: hasError || body.topics.length === 0 };
}

interface ReadLimits {
  readonly maxBytes: number;
  /** The first batch of a response is sent whole, whatever its size. */
  readonly isFirst: boolean;
  readonly isCommitted: boolean;
}

function logOf({ topic: name, topicId }: RequestedTopic, index: number, call: Call): PartitionLog {
  const { topics } = call.node;
  return findPartition(call.version >= 13 ? findTopicById(topics, topicId) : findTopic(topics, name), index);
}

function readPartition(
  topic: RequestedTopic,
  wanted: RequestedPartition,
  call: Call,
  limits: ReadLimits,
): ReadPartition {
  const { partition: partitionIndex, fetchOffset, currentLeaderEpoch } = wanted;
  try {
    const log = logOf(topic, partitionIndex, call);
    if (currentLeaderEpoch > 0) throw new ProtocolError(ErrorCode.unknownLeaderEpoch, `epoch ${currentLeaderEpoch}`);
    const limit = limits.isCommitted ? log.lastStableOffset : log.endOffset;
    const { bytes, nextOffset } = log.read(fetchOffset, {
      maxBytes: Math.max(limits.maxBytes, 0),
      limit,
      atLeastOne: limits.isFirst,
      allocate: (length) => call.readBuffer.take(length),
    });
    return {
      partitionIndex,
      errorCode: ErrorCode.none,
      highWatermark: log.endOffset,
      lastStableOffset: log.lastStableOffset,
      logStartOffset: log.startOffset,
      abortedTransactions: limits.isCommitted ? log.abortedBetween(fetchOffset, nextOffset) : null,
      records: [bytes],
    };
  } catch (error) {
    const unknown = { highWatermark: -1, lastStableOffset: -1, logStartOffset: -1 };
    return { partitionIndex, ...refused(error), ...unknown, abortedTransactions: null, records: [] };
  }
}

/** Resolves when the partitions have grown by so many bytes, when the time is over, or when the client is gone. */
function moreBytes(body: Request, call: Call, wanted: { bytes: number; withinMs: number }): Promise<void> {
  const logs = body.topics.flatMap((topic) => topic.partitions.map(({ partition }) => logOf(topic, partition, call)));
  return new Promise((resolve) => {
    let missing = wanted.bytes;
    const grow = (bytes: number) => {
      missing -= bytes;
      if (missing <= 0) done();
    };
    const done = () => {
      clearTimeout(timer);
      call.closed.removeEventListener('abort', done);
      for (const log of logs) log.onAppend.delete(grow);
      resolve();
    };
    const timer = setTimeout(done, wanted.withinMs);
    call.closed.addEventListener('abort', done);
    for (const log of logs) log.onAppend.add(grow);
  });
}
