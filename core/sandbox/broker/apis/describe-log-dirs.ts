/** DescribeLogDirs: how much disk each partition takes. */
import { statfsSync } from 'node:fs';
import { defineApi } from '../api.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { array, boolean, int16, int32, long, nullableArray, optional, since, string, struct } from '../wire/schema.ts';
import { topicsWith, topicWith } from './topic-partitions.ts';

const request = struct({
  topics: nullableArray(topicWith(int32)),
});

const response = struct({
  throttleTimeMs: optional(int32),
  errorCode: since(3, int16),
  results: array(
    struct({
      errorCode: int16,
      logDir: string,
      topics: topicsWith(
        struct({
          partitionIndex: int32,
          partitionSize: long,
          offsetLag: long,
          isFutureKey: boolean,
        }),
      ),
      totalBytes: since(4, long, -1),
      usableBytes: since(4, long, -1),
    }),
  ),
});

export const describeLogDirs = defineApi({
  key: 35,
  name: 'DescribeLogDirs',
  versions: [1, 4],
  flexibleSince: 2,
  request,
  response,
  handle({ topics }, { node }) {
    const wanted = topics === null ? undefined : new Map(topics.map(({ name, partitions }) => [name, partitions]));
    const { blocks, bavail, bsize } = statfsSync(node.dataDir);
    const described = [...node.topics.all()]
      .filter(({ name }) => wanted?.has(name) ?? true)
      .map(({ name, partitions }) => ({
        name,
        partitions: partitions
          .map((log, partitionIndex) => ({
            partitionIndex,
            partitionSize: log.bytes,
            offsetLag: 0,
            isFutureKey: false,
          }))
          .filter(({ partitionIndex }) => wanted?.get(name)?.includes(partitionIndex) ?? true),
      }));
    const space = { totalBytes: blocks * bsize, usableBytes: bavail * bsize };
    return {
      errorCode: ErrorCode.none,
      results: [{ errorCode: ErrorCode.none, logDir: node.dataDir, topics: described, ...space }],
    };
  },
});
