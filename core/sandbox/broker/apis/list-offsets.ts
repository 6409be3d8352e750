/** ListOffsets: the offset at the beginning, at the end, or at a time. */
import { type Call, defineApi, findPartition, findTopic } from '../api.ts';
import { leaderEpoch, type PartitionLog } from '../log/partition-log.ts';
import { readRecords } from '../log/records.ts';
import { ErrorCode, ProtocolError, refused } from '../wire/error-codes.ts';
import { array, int8, int16, int32, int64, long, since, struct, until } from '../wire/schema.ts';
import { answerEach, topicsWith } from './topic-partitions.ts';

const request = struct({
  replicaId: int32,
  isolationLevel: since(2, int8),
  topics: topicsWith(
    struct({
      partitionIndex: int32,
      currentLeaderEpoch: since(4, int32, -1),
      timestamp: long,
      maxNumOffsets: until(0, int32, 1),
    }),
  ),
});

const response = struct({
  throttleTimeMs: since(2, int32),
  topics: topicsWith(
    struct({
      partitionIndex: int32,
      errorCode: int16,
      oldStyleOffsets: until(0, array(int64)),
      timestamp: since(1, long, -1),
      offset: since(1, long, -1),
      leaderEpoch: since(4, int32, -1),
    }),
  ),
});

/** The times that are none. */
const sought = { latest: -1, earliest: -2, maxTimestamp: -3, earliestLocal: -4, latestTiered: -5 } as const;

export const listOffsets = defineApi({
  key: 2,
  name: 'ListOffsets',
  versions: [1, 9],
  flexibleSince: 6,
  request,
  response,
  handle({ topics, isolationLevel }, call) {
    const isCommitted = isolationLevel === 1;
    return { topics: answerEach(topics, (name, wanted) => look(call, name, { ...wanted, isCommitted })) };
  },
});

interface Wanted {
  readonly partitionIndex: number;
  readonly currentLeaderEpoch: number;
  readonly timestamp: number;
  readonly isCommitted: boolean;
}

function look(call: Call, name: string, { partitionIndex, currentLeaderEpoch, timestamp, isCommitted }: Wanted) {
  try {
    const log = findPartition(findTopic(call.node.topics, name), partitionIndex);
    if (currentLeaderEpoch > leaderEpoch) throw new ProtocolError(ErrorCode.unknownLeaderEpoch, 'a later epoch');
    const found = find(log, timestamp, isCommitted);
    return { partitionIndex, errorCode: ErrorCode.none, ...found, leaderEpoch: found.offset < 0 ? -1 : leaderEpoch };
  } catch (error) {
    return { partitionIndex, ...refused(error) };
  }
}

interface Found {
  readonly offset: number;
  readonly timestamp: number;
}

const nothing: Found = { offset: -1, timestamp: -1 };

function find(log: PartitionLog, timestamp: number, isCommitted: boolean): Found {
  const end = isCommitted ? log.lastStableOffset : log.endOffset;
  switch (timestamp) {
    case sought.latest:
      return { offset: end, timestamp: -1 };
    case sought.earliest:
    case sought.earliestLocal:
      return { offset: log.startOffset, timestamp: -1 };
    case sought.latestTiered:
      return nothing;
    case sought.maxTimestamp: {
      const place = log.locateMaxTime();
      return place === undefined ? nothing : firstRecord(log, place.located.header.maxTimestampMs, end);
    }
    default: {
      if (timestamp < 0) throw new ProtocolError(ErrorCode.unsupportedVersion, `no meaning for time ${timestamp}`);
      return firstRecord(log, timestamp, end);
    }
  }
}

/** The first record at or after the time. Of a batch that promises one, DeleteRecords may have taken just that. */
function firstRecord(log: PartitionLog, timestampMs: number, end: number): Found {
  for (let from = log.startOffset; ; ) {
    const place = log.locateTime(timestampMs, from);
    if (place === undefined) return nothing;
    const { header, position } = place.located;
    for (const record of readRecords(place.segment.read(position, header.size), header)) {
      if (record.timestampMs < timestampMs || record.offset < from) continue;
      return record.offset < end ? { offset: record.offset, timestamp: record.timestampMs } : nothing;
    }
    from = header.lastOffset + 1;
  }
}
