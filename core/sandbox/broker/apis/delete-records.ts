/** DeleteRecords: a partition forgets everything before an offset. */
import { type Call, defineApi, findPartition, findTopic } from '../api.ts';
import { ErrorCode, ProtocolError, refused } from '../wire/error-codes.ts';
import { int16, int32, long, optional, struct } from '../wire/schema.ts';
import { answerEach, topicsWith } from './topic-partitions.ts';

const request = struct({
  topics: topicsWith(
    struct({
      partitionIndex: int32,
      offset: long,
    }),
  ),
  timeoutMs: int32,
});

const response = struct({
  throttleTimeMs: optional(int32),
  topics: topicsWith(
    struct({
      partitionIndex: int32,
      lowWatermark: long,
      errorCode: int16,
    }),
  ),
});

export const deleteRecords = defineApi({
  key: 21,
  name: 'DeleteRecords',
  versions: [0, 2],
  flexibleSince: 2,
  request,
  response,
  handle({ topics }, call) {
    return {
      topics: answerEach(topics, (name, { partitionIndex, offset }) => remove(call, name, partitionIndex, offset)),
    };
  },
});

function remove({ node }: Call, name: string, partitionIndex: number, offset: number) {
  try {
    const topic = findTopic(node.topics, name);
    const log = findPartition(topic, partitionIndex);
    if (!topic.settings.deletes) throw new ProtocolError(ErrorCode.policyViolation, 'the topic is only compacted');
    const before = offset === -1 ? log.endOffset : offset;
    if (before < 0 || before > log.endOffset) throw new ProtocolError(ErrorCode.offsetOutOfRange, `offset ${offset}`);
    log.advanceStart(before);
    return { partitionIndex, lowWatermark: log.startOffset, errorCode: ErrorCode.none };
  } catch (error) {
    return { partitionIndex, lowWatermark: -1, ...refused(error) };
  }
}
