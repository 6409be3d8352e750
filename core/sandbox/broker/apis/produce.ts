/** Produce: the records of a client go to the ends of partitions. */
import { type Call, defineApi, findPartition, findTopic } from '../api.ts';
import type { Appended } from '../log/partition-log.ts';
import { attribute, type BatchHeader, checkProducedBatch } from '../log/record-batch.ts';
import { readRecords } from '../log/records.ts';
import type { Topic } from '../topics.ts';
import { ErrorCode, ProtocolError, refused } from '../wire/error-codes.ts';
import { array, int16, int32, long, nullableString, optional, records, since, struct } from '../wire/schema.ts';
import { answerEach, topicsWith } from './topic-partitions.ts';

const request = struct({
  transactionalId: optional(nullableString, null),
  acks: int16,
  timeoutMs: int32,
  topics: topicsWith(
    struct({
      index: int32,
      records: records,
    }),
  ),
});

const response = struct({
  responses: topicsWith(
    struct({
      index: int32,
      errorCode: int16,
      baseOffset: long,
      logAppendTimeMs: since(2, long, -1),
      logStartOffset: since(5, long, -1),
      recordErrors: since(
        8,
        array(
          struct({
            batchIndex: int32,
            batchIndexErrorMessage: optional(nullableString, null),
          }),
        ),
      ),
      errorMessage: since(8, nullableString, null),
    }),
  ),
  throttleTimeMs: optional(int32),
});

export const produce = defineApi({
  key: 0,
  name: 'Produce',
  versions: [3, 11],
  // Kafka announces 0 as well, though it refuses 0 to 2: older librdkafka takes a higher minimum for "no compression".
  announcedMin: 0,
  flexibleSince: 9,
  request,
  response,
  handle({ acks, transactionalId, topics }, call) {
    const responses = answerEach(topics, (name, { index, records: batch }) =>
      append(call, acks, { name, index, batch, transactionalId }),
    );
    return acks === 0 ? undefined : { responses };
  },
});

interface Produced {
  readonly name: string;
  readonly index: number;
  readonly batch: Buffer | null;
  readonly transactionalId: string | null;
}

function append(call: Call, acks: number, { name, index, batch, transactionalId }: Produced) {
  try {
    if (acks !== 0 && acks !== 1 && acks !== -1) throw new ProtocolError(ErrorCode.invalidRequiredAcks, `acks ${acks}`);
    const topic = findTopic(call.node.topics, name);
    const partition = findPartition(topic, index);
    const header = checkProducedBatch(batch ?? Buffer.alloc(0));
    checkSettings(topic, batch!, header);
    if ((header.attributes & attribute.transactional) !== 0) {
      const reference = { ...header, transactionalId: transactionalId ?? '' };
      call.node.transactions.checkAppend(reference, { topic: name, partition: index });
    }
    return appended(index, partition.append(batch!, header), partition.startOffset);
  } catch (error) {
    return { index, baseOffset: -1, ...refused(error) };
  }
}

function appended(index: number, { baseOffset, appendTimeMs }: Appended, logStartOffset: number) {
  return { index, errorCode: ErrorCode.none, baseOffset, logAppendTimeMs: appendTimeMs, logStartOffset };
}

/** What the topic's settings forbid. */
function checkSettings({ settings }: Topic, batch: Buffer, header: BatchHeader): void {
  if (batch.length > settings.maxMessageBytes) {
    throw new ProtocolError(
      ErrorCode.messageTooLarge,
      `The record batch of ${batch.length} bytes exceeds max.message.bytes, ${settings.maxMessageBytes}.`,
    );
  }
  if (batch.length > settings.segmentBytes) {
    throw new ProtocolError(ErrorCode.recordListTooLarge, 'The record batch exceeds segment.bytes.');
  }
  if (!settings.appendTime) {
    const nowMs = Date.now();
    const isEarly = header.baseTimestampMs >= 0 && header.baseTimestampMs < nowMs - settings.timestampBeforeMaxMs;
    if (isEarly || header.maxTimestampMs > nowMs + settings.timestampAfterMaxMs) {
      throw new ProtocolError(ErrorCode.invalidTimestamp, 'A timestamp is out of the range that the topic accepts.');
    }
  }
  if (!settings.compacts) return;
  for (const record of readRecords(batch, header)) {
    if (record.key === null) {
      throw new ProtocolError(ErrorCode.invalidRecord, 'Compacted topic cannot accept message without key.');
    }
  }
}
