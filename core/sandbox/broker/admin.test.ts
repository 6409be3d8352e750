/** What an administrator's client sees: settings, partitions, deletion, groups, retention and compaction. */
import { Admin, ConfigResourceTypes, IncrementalAlterConfigOperationTypes } from '@platformatic/kafka';
import type { Admin as JsAdmin, Consumer as JsConsumer, Kafka } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { address, kafkajs, withBroker } from './test-broker.ts';
import { ErrorCode } from './wire/error-codes.ts';

withBroker();

let kafka: Kafka;
let admin: JsAdmin;

beforeAll(async () => {
  kafka = kafkajs({ retry: { retries: 1 } });
  admin = kafka.admin();
  await admin.connect();
});

afterAll(() => admin.disconnect());

interface Failure {
  readonly code?: number;
  readonly errors?: readonly { readonly code?: number }[];
  readonly cause?: { readonly code?: number };
  readonly groups?: readonly { readonly errorCode?: number }[];
}

/** The Kafka code that a call fails with. */
async function codeOf(call: Promise<unknown>): Promise<number | undefined> {
  try {
    await call;
    return ErrorCode.none;
  } catch (error) {
    const { code, errors, cause, groups } = error as Failure;
    return code ?? errors?.[0]?.code ?? cause?.code ?? groups?.[0]?.errorCode;
  }
}

async function send(topic: string, messages: { key?: string | null; value: string | null; timestamp?: string }[]) {
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  try {
    return await producer.send({ topic, messages });
  } finally {
    await producer.disconnect();
  }
}

describe('topics', () => {
  test('refuses what Kafka refuses', async () => {
    const create = (topic: string, rest: object = {}) => codeOf(admin.createTopics({ topics: [{ topic, ...rest }] }));
    await admin.createTopics({ topics: [{ topic: 'there' }] });
    expect(await create('bad name')).toBe(ErrorCode.invalidTopic);
    expect(await create('x'.repeat(250))).toBe(ErrorCode.invalidTopic);
    expect(await create('none', { numPartitions: 0 })).toBe(ErrorCode.invalidPartitions);
    expect(await create('copies', { replicationFactor: 3 })).toBe(ErrorCode.invalidReplicationFactor);
    expect(await create('c', { configEntries: [{ name: 'retention.ms', value: 'x' }] })).toBe(ErrorCode.invalidConfig);
    expect(await create('c', { configEntries: [{ name: 'no.such', value: '1' }] })).toBe(ErrorCode.invalidConfig);
    expect(await admin.createTopics({ topics: [{ topic: 'there' }] })).toBe(false);
    expect(await codeOf(admin.deleteTopics({ topics: ['absent'] }))).toBe(ErrorCode.unknownTopicOrPartition);
  });

  test('grows, and keeps its size over a delete and a new start', async () => {
    await admin.createTopics({ topics: [{ topic: 'grow', numPartitions: 2 }] });
    await admin.createPartitions({ topicPartitions: [{ topic: 'grow', count: 5 }] });
    expect((await admin.fetchTopicOffsets('grow')).length).toBe(5);
    expect(await codeOf(admin.createPartitions({ topicPartitions: [{ topic: 'grow', count: 5 }] }))).toBe(
      ErrorCode.invalidPartitions,
    );
    await admin.deleteTopics({ topics: ['grow'] });
    expect(await admin.listTopics()).not.toContain('grow');
    await admin.createTopics({ topics: [{ topic: 'grow', numPartitions: 1 }] });
    expect((await admin.fetchTopicOffsets('grow')).length).toBe(1);
  });

  test('forgets records before an offset', async () => {
    await admin.createTopics({ topics: [{ topic: 'cut' }] });
    await send(
      'cut',
      Array.from({ length: 10 }, (_, i) => ({ value: `v${i}` })),
    );
    // kafkajs' deleteTopicRecords does not look for the leader itself.
    await admin.fetchTopicOffsets('cut');
    await admin.deleteTopicRecords({ topic: 'cut', partitions: [{ partition: 0, offset: '4' }] });
    expect(await admin.fetchTopicOffsets('cut')).toMatchObject([{ low: '4', high: '10' }]);
  });

  test('finds by time only records that are left', async () => {
    await admin.createTopics({ topics: [{ topic: 'times', numPartitions: 1 }] });
    for (const times of [[9_000, 1_000], [8_000]]) {
      await send(
        'times',
        times.map((time) => ({ value: 'v', timestamp: String(time) })),
      );
    }
    const at = async (time: number) => (await admin.fetchTopicOffsetsByTimestamp('times', time))[0]!.offset;
    expect([await at(1), await at(5_000), await at(9_000)]).toEqual(['0', '0', '0']);
    await admin.deleteTopicRecords({ topic: 'times', partitions: [{ partition: 0, offset: '1' }] });
    expect([await at(1), await at(5_000)]).toEqual(['1', '2']);
  });

  test('accepts no batch above max.message.bytes', async () => {
    const configEntries = [{ name: 'max.message.bytes', value: '1000' }];
    await admin.createTopics({ topics: [{ topic: 'small', configEntries }] });
    expect(await codeOf(send('small', [{ value: 'x'.repeat(900) }]))).toBe(ErrorCode.none);
    expect(await codeOf(send('small', [{ value: 'x'.repeat(1_000) }]))).toBe(ErrorCode.messageTooLarge);
  });
});

describe('settings', () => {
  test('describes defaults and own values, and changes them', async () => {
    const retention = { name: 'retention.ms', value: '1000' };
    await admin.createTopics({ topics: [{ topic: 'conf', configEntries: [retention] }] });
    const resource = { type: 2, name: 'conf' };
    const describeConf = async () => {
      const { resources } = await admin.describeConfigs({ resources: [resource], includeSynonyms: false });
      return Object.fromEntries(
        resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]),
      );
    };
    expect(await describeConf()).toMatchObject({ 'retention.ms': '1000', 'cleanup.policy': 'delete' });
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ ...resource, configEntries: [{ name: 'cleanup.policy', value: 'compact' }] }],
    });
    expect(await describeConf()).toMatchObject({ 'retention.ms': '604800000', 'cleanup.policy': 'compact' });
  });

  test('changes single settings', async () => {
    await admin.createTopics({ topics: [{ topic: 'incremental' }] });
    const platformatic = new Admin({ clientId: 'a', bootstrapBrokers: [address()] });
    const change = (name: string, configOperation: number, value: string) =>
      platformatic.incrementalAlterConfigs({
        resources: [
          {
            resourceType: ConfigResourceTypes.TOPIC,
            resourceName: 'incremental',
            configs: [{ name, configOperation: configOperation as never, value }],
          },
        ],
      });
    await change('cleanup.policy', IncrementalAlterConfigOperationTypes.APPEND, 'compact');
    await change('segment.bytes', IncrementalAlterConfigOperationTypes.SET, '100000');
    await change('segment.bytes', IncrementalAlterConfigOperationTypes.DELETE, '');
    await platformatic.close();
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: 'incremental', configNames: ['cleanup.policy', 'segment.bytes'] }],
    });
    expect(resources[0]!.configEntries.map(({ configValue }) => configValue)).toEqual(['delete,compact', '1073741824']);
  });
});

describe('groups', () => {
  async function joined(groupId: string, topic: string): Promise<JsConsumer> {
    const consumer = kafka.consumer({ groupId, sessionTimeout: 10_000, maxWaitTimeInMs: 100 });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const isIn = new Promise<void>((resolve) => consumer.on('consumer.group_join', () => resolve()));
    await consumer.run({ eachMessage: async () => {} });
    await isIn;
    return consumer;
  }

  test('lists, describes and deletes them', async () => {
    await admin.createTopics({ topics: [{ topic: 'grouped', numPartitions: 2 }] });
    const consumer = await joined('lively', 'grouped');
    const { groups } = await admin.describeGroups(['lively', 'nobody']);
    expect(groups.map(({ state }) => state)).toEqual(['Stable', 'Dead']);
    expect(groups[0]!.members).toHaveLength(1);
    expect((await admin.listGroups()).groups).toContainEqual({ groupId: 'lively', protocolType: 'consumer' });
    expect(await codeOf(admin.deleteGroups(['lively']))).toBe(ErrorCode.nonEmptyGroup);
    await consumer.disconnect();
    expect(await codeOf(admin.deleteGroups(['lively']))).toBe(ErrorCode.none);
    expect(await codeOf(admin.deleteGroups(['lively']))).toBe(ErrorCode.groupIdNotFound);
  });
});

test('spreads a topic over twenty consumers that all come at once', { timeout: 60_000 }, async () => {
  const count = 400;
  await admin.createTopics({ topics: [{ topic: 'storm', numPartitions: 40 }] });
  const messages = Array.from({ length: count }, (_, i) => ({ key: `k${i}`, value: `v${i}` }));
  await send('storm', messages);
  const seen = new Set<string>();
  const consumers = Array.from({ length: 20 }, () =>
    kafka.consumer({ groupId: 'storm', maxWaitTimeInMs: 100, heartbeatInterval: 500 }),
  );
  let finish: () => void;
  const allRead = new Promise<void>((resolve) => {
    finish = resolve;
  });
  await Promise.all(
    consumers.map(async (consumer) => {
      await consumer.connect();
      await consumer.subscribe({ topic: 'storm', fromBeginning: true });
      await consumer.run({
        eachMessage: async ({ message }) => {
          seen.add(String(message.value));
          if (seen.size === count) finish();
        },
      });
    }),
  );
  await allRead;
  await Promise.all(consumers.map((consumer) => consumer.disconnect()));
  expect(seen.size).toBe(count);
});
