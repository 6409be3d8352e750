/**
 * The same named cases on this broker and on a real Kafka: both must answer alike.
 *
 * `REAL_KAFKA=host:port` names the real one; without it only this broker runs, against the recorded answers.
 * What differs on purpose is in docs/sandbox-broker.md.
 */
import { CompressionTypes, Kafka, logLevel } from 'kafkajs';
import { afterAll, describe, expect, test } from 'vitest';
import { address, withBroker } from './test-broker.ts';

const real = process.env.REAL_KAFKA;

interface Case {
  readonly name: string;
  /** The answer of a real Kafka 4. */
  readonly expected: unknown;
  readonly run: (kafka: Kafka, topic: string) => Promise<unknown>;
}

/** The protocol's name of what went wrong, or the value. */
async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    const { type, errors, cause, groups } = error as {
      type?: string;
      errors?: { type?: string }[];
      cause?: { type?: string; partitions?: { error?: { type?: string } }[] };
      groups?: { error?: { type?: string } }[];
    };
    return (
      type ??
      errors?.[0]?.type ??
      cause?.type ??
      groups?.[0]?.error?.type ??
      cause?.partitions?.[0]?.error?.type ??
      String(error)
    );
  }
}

async function withAdmin<T>(kafka: Kafka, action: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await action(admin);
  } finally {
    await admin.disconnect();
  }
}

type Message = { key?: string | null; value: string | null; timestamp?: string };

async function send(kafka: Kafka, topic: string, messages: Message[], compression = CompressionTypes.None) {
  const producer = kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 0 } });
  await producer.connect();
  try {
    return await outcome(producer.send({ topic, messages, compression }).then(([sent]) => sent?.baseOffset));
  } finally {
    await producer.disconnect();
  }
}

interface TopicSpec {
  readonly topic: string;
  readonly numPartitions?: number;
  readonly replicationFactor?: number;
  readonly configEntries?: { name: string; value: string }[];
}

const create = (kafka: Kafka, spec: TopicSpec) =>
  withAdmin(kafka, (admin) =>
    outcome(admin.createTopics({ topics: [{ numPartitions: 1, replicationFactor: 1, ...spec }] })),
  );

const config = (name: string, value: string) => ({ configEntries: [{ name, value }] });

const cases: readonly Case[] = [
  {
    name: 'a topic with a bad name',
    expected: 'INVALID_TOPIC_EXCEPTION',
    run: (kafka) => create(kafka, { topic: 'no spaces' }),
  },
  {
    name: 'a topic that exists already',
    expected: [true, false],
    run: async (kafka, topic) => [await create(kafka, { topic }), await create(kafka, { topic })],
  },
  {
    name: 'more replicas than brokers',
    expected: 'INVALID_REPLICATION_FACTOR',
    run: (kafka, topic) => create(kafka, { topic, replicationFactor: 9 }),
  },
  {
    name: 'no partitions',
    expected: 'INVALID_PARTITIONS',
    run: (kafka, topic) => create(kafka, { topic, numPartitions: 0 }),
  },
  {
    name: 'an unknown setting',
    expected: 'INVALID_CONFIG',
    run: (kafka, topic) => create(kafka, { topic, ...config('no.such.setting', '1') }),
  },
  {
    name: 'a setting with a bad value',
    expected: 'INVALID_CONFIG',
    run: (kafka, topic) => create(kafka, { topic, ...config('cleanup.policy', 'shred') }),
  },
  {
    name: 'a deleted topic that never was',
    expected: 'UNKNOWN_TOPIC_OR_PARTITION',
    run: (kafka, topic) => withAdmin(kafka, (admin) => outcome(admin.deleteTopics({ topics: [topic] }))),
  },
  {
    name: 'offsets of two sends',
    expected: ['0', '3', [{ partition: 0, offset: '4', high: '4', low: '0' }]],
    run: async (kafka, topic) => {
      await create(kafka, { topic });
      const first = await send(kafka, topic, [{ value: 'a' }, { value: 'b' }, { value: 'c' }]);
      const second = await send(kafka, topic, [{ value: 'd' }], CompressionTypes.GZIP);
      return [first, second, await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic))];
    },
  },
  {
    name: 'offsets by time, within a compressed batch, and after the end',
    expected: ['1', '3', '4'],
    run: async (kafka, topic) => {
      await create(kafka, { topic });
      const base = Date.now() - 100_000;
      const at = (n: number) => ({ value: `${n}`, timestamp: String(base + n * 1_000) });
      await send(kafka, topic, [at(0), at(10)]);
      await send(kafka, topic, [at(20), at(30)], CompressionTypes.GZIP);
      return withAdmin(kafka, async (admin) => {
        const find = async (n: number) =>
          (await admin.fetchTopicOffsetsByTimestamp(topic, base + n * 1_000))[0]!.offset;
        return [await find(5), await find(25), await find(60)];
      });
    },
  },
  {
    name: 'a batch above max.message.bytes',
    expected: 'MESSAGE_TOO_LARGE',
    run: async (kafka, topic) => {
      await create(kafka, { topic, ...config('max.message.bytes', '500') });
      return send(kafka, topic, [{ value: 'x'.repeat(600) }]);
    },
  },
  {
    name: 'a record without key for a compacted topic',
    expected: 'INVALID_RECORD',
    run: async (kafka, topic) => {
      await create(kafka, { topic, ...config('cleanup.policy', 'compact') });
      return send(kafka, topic, [{ value: 'no key' }]);
    },
  },
  {
    name: 'a timestamp too far in the future',
    expected: 'INVALID_TIMESTAMP',
    run: async (kafka, topic) => {
      await create(kafka, { topic });
      return send(kafka, topic, [{ value: 'v', timestamp: String(Date.now() + 7_200_000) }]);
    },
  },
  {
    name: 'fewer partitions than there are',
    expected: 'INVALID_PARTITIONS',
    run: async (kafka, topic) => {
      await create(kafka, { topic, numPartitions: 3 });
      return withAdmin(kafka, (admin) => outcome(admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] })));
    },
  },
  {
    name: 'records deleted before an offset, then beyond the end',
    expected: ['2', 'OFFSET_OUT_OF_RANGE'],
    run: async (kafka, topic) => {
      await create(kafka, { topic });
      await send(kafka, topic, [{ value: 'a' }, { value: 'b' }, { value: 'c' }]);
      return withAdmin(kafka, async (admin) => {
        await admin.fetchTopicOffsets(topic);
        await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] });
        const [{ low }] = (await admin.fetchTopicOffsets(topic)) as unknown as [{ low: string }];
        const beyond = admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '9' }] });
        return [low, await outcome(beyond)];
      });
    },
  },
  {
    name: 'settings of a topic, own and default',
    expected: { 'retention.ms': ['1234', 1], 'max.message.bytes': ['1048588', 5], 'segment.bytes': ['1073741824', 5] },
    run: async (kafka, topic) => {
      await create(kafka, { topic, ...config('retention.ms', '1234') });
      const configNames = ['retention.ms', 'max.message.bytes', 'segment.bytes'];
      const { resources } = await withAdmin(kafka, (admin) =>
        admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name: topic, configNames }] }),
      );
      const entries = resources[0]!.configEntries as unknown as {
        configName: string;
        configValue: string;
        configSource: number;
      }[];
      return Object.fromEntries(entries.map((entry) => [entry.configName, [entry.configValue, entry.configSource]]));
    },
  },
  {
    name: 'a group that is not there: described, and deleted',
    expected: ['Dead', 'GROUP_ID_NOT_FOUND'],
    run: (kafka, topic) =>
      withAdmin(kafka, async (admin) => {
        const { groups } = await admin.describeGroups([topic]);
        return [groups[0]!.state, await outcome(admin.deleteGroups([topic]))];
      }),
  },
  {
    name: 'the offset of a group that never committed',
    expected: [{ partition: 0, offset: '-1', metadata: '' }],
    run: async (kafka, topic) => {
      await create(kafka, { topic });
      return withAdmin(kafka, async (admin) => {
        const [fetched] = await admin.fetchOffsets({ groupId: topic, topics: [topic] });
        return fetched!.partitions.map(({ partition, offset, metadata }) => ({
          partition,
          offset,
          metadata: metadata ?? '',
        }));
      });
    },
  },
  {
    name: 'ACLs without an authorizer',
    expected: 'SECURITY_DISABLED',
    run: (kafka) =>
      withAdmin(kafka, (admin) =>
        outcome(
          admin.describeAcls({
            resourceType: 2,
            resourceName: 'x',
            resourcePatternType: 3,
            operation: 1,
            permissionType: 1,
          }),
        ),
      ),
  },
];

/** The real one under test may have an authorizer; this broker has none. */
const notOnReal = new Set(['ACLs without an authorizer']);

const clientOf = (address: string) =>
  new Kafka({ brokers: [address], logLevel: logLevel.NOTHING, retry: { retries: 1, initialRetryTime: 50 } });

const run = `c${Date.now().toString(36)}`;

describe('this broker', () => {
  withBroker();

  test.each(cases.map((each, i) => ({ ...each, topic: `${run}-${i}` })))(
    '$name',
    async ({ run: act, topic, expected }) => {
      expect(await act(clientOf(address()), topic)).toEqual(expected);
    },
  );
});

describe.skipIf(real === undefined)('a real Kafka (skipped without REAL_KAFKA=host:port)', () => {
  const topics = cases.map((each, i) => ({ ...each, topic: `${run}-${i}` })).filter(({ name }) => !notOnReal.has(name));

  afterAll(async () => {
    await withAdmin(clientOf(real!), async (admin) => {
      const mine = (await admin.listTopics()).filter((name) => name.startsWith(`${run}-`));
      if (mine.length > 0) await admin.deleteTopics({ topics: mine });
    });
  });

  test.each(topics)(
    '$name',
    async ({ run: act, topic, expected }) => {
      expect(await act(clientOf(real!), topic)).toEqual(expected);
    },
    20_000,
  );
});
