/** Partitions, settings and groups of a topic, as the broker has them. */
import { Consumer } from '@platformatic/kafka';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commitOffsets, createTopic } from './admin.ts';
import { type Cluster, openCluster } from './connect.ts';
import { readAssignment } from './group-assignment.ts';
import { groupsOfTopic } from './groups.ts';
import { openProducer } from './produce.ts';
import { newTopicName, type TestBroker, testBrokers } from './test-brokers.ts';
import { describeConfig, describePartitions } from './topic-details.ts';

describe.each(testBrokers)('on $name', ({ open }) => {
  let broker: TestBroker;
  let cluster: Cluster;
  const topic = newTopicName();

  beforeAll(async () => {
    broker = await open();
    cluster = await openCluster({ brokers: [broker.address] });
    await createTopic(cluster, {
      name: topic,
      partitions: 3,
      config: { 'retention.ms': '7200000', 'segment.bytes': '2097152' },
    });
    const producer = openProducer(cluster);
    const record = (partition: number) => ({ partition, key: null, value: Buffer.from('x') });
    await producer.send(topic, [...Array.from({ length: 10 }, () => record(0)), record(1)]);
    await producer.close();
  });
  afterAll(async () => {
    await cluster.close();
    await broker.close();
  });

  test('partitions with offsets, sizes, leader and replicas', async () => {
    const partitions = await describePartitions(cluster, topic);
    expect(
      partitions.map(({ partition, firstOffset, lastOffset, records }) => [
        partition,
        firstOffset,
        lastOffset,
        records,
      ]),
    ).toEqual([
      [0, 0n, 9n, 10n],
      [1, 0n, 0n, 1n],
      [2, 0n, -1n, 0n],
    ]);
    for (const { leader, replicas, inSyncReplicas, bytes } of partitions) {
      expect(replicas).toContain(leader);
      expect(inSyncReplicas).toContain(leader);
      expect(bytes).not.toBeNull();
    }
    expect(partitions[0]!.bytes).toBeGreaterThan(0n);
    await expect(describePartitions(cluster, 'no-such-topic')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('settings with where they come from', async () => {
    const config = await describeConfig(cluster, topic);
    const setting = (name: string) => config.find((one) => one.name === name);
    expect(setting('segment.bytes')).toMatchObject({ value: '2097152', source: 'topic', inherited: '1073741824' });
    // Kafka keeps the default of this one in hours, which is no answer to what it would be in milliseconds.
    expect(setting('retention.ms')).toMatchObject({ value: '7200000', source: 'topic' });
    expect(['604800000', null]).toContain(setting('retention.ms')?.inherited);
    expect(setting('max.message.bytes')).toMatchObject({ source: 'default', inherited: null });
    await expect(describeConfig(cluster, 'no-such-topic')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('groups that read it, with their lag and members; others are left out', async () => {
    const group = (name: string) => `${topic}-${name}`;
    await commitOffsets(cluster, group('idle'), topic, new Map([[0, 4n]]));
    const kafka = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING, clientId: 'reader-7' });
    const consumer = kafka.consumer({ groupId: group('busy') });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    let read = 0;
    await consumer.run({ eachMessage: async () => void read++ });
    await expect.poll(() => read).toBe(11);
    await expect
      .poll(async () => (await groupsOfTopic(cluster, topic)).find(({ group: name }) => name === group('busy'))?.state)
      .toBe('Stable');
    const groups = (await groupsOfTopic(cluster, topic)).filter(({ group: name }) =>
      [group('idle'), group('busy')].includes(name),
    );
    expect(groups.map(({ group: name }) => name)).toEqual([group('idle'), group('busy')]);
    const [idle, busy] = groups;
    expect(idle).toMatchObject({ lag: 6n, members: 0 });
    expect(idle!.partitions[0]).toMatchObject({ committed: 4n, endOffset: 10n, lag: 6n, member: null });
    expect(idle!.partitions[1]).toMatchObject({ committed: null, lag: null });
    expect(busy).toMatchObject({ members: 1 });
    expect(busy!.partitions.map(({ member }) => member?.clientId)).toEqual(['reader-7', 'reader-7', 'reader-7']);
    await consumer.disconnect();
  });

  test('a group of the newer protocol (KIP-848), with its lag and who reads which partition', async () => {
    const name = `${topic}-newer`;
    await commitOffsets(cluster, name, topic, new Map([[0, 4n]]));
    const join = async (clientId: string) => {
      const bootstrapBrokers = [broker.address];
      const consumer = new Consumer({ clientId, groupId: name, bootstrapBrokers, groupProtocol: 'consumer' });
      const how = { mode: 'committed', fallbackMode: 'earliest', autocommit: false } as const;
      const stream = await consumer.consume({ topics: [topic], ...how });
      stream.on('error', () => {}).resume();
      return consumer;
    };
    const members = [await join('reader-8'), await join('reader-9')];
    const found = async () => (await groupsOfTopic(cluster, topic)).find(({ group }) => group === name);
    const readers = async () => {
      const { state, members: count, partitions } = (await found())!;
      return [state, count, new Set(partitions.map(({ member }) => member?.clientId))];
    };
    const both = ['Stable', 2, new Set(['reader-8', 'reader-9'])];
    await expect.poll(readers, { timeout: 30_000 }).toEqual(both);
    const { partitions, lag } = (await found())!;
    expect(partitions[0]).toMatchObject({ committed: 4n, endOffset: 10n, lag: 6n });
    expect([partitions[1]?.lag, lag]).toEqual([null, 6n]);
    for (const { member } of partitions) expect(member).toMatchObject({ host: expect.any(String) });
    await Promise.all(members.map((member) => member.close(true)));
    await expect.poll(async () => [(await found())?.state, (await found())?.members]).toEqual(['Empty', 0]);
  });
});

test('an assignment in bytes that nobody checked', () => {
  const bytes = Buffer.from('0000000000010001740000000200000000000000050000', 'hex');
  expect(readAssignment(bytes)).toEqual(new Map([['t', [0, 5]]]));
  for (let end = 0; end < 21; end++) expect(readAssignment(bytes.subarray(0, end))).toEqual(new Map());
  expect(readAssignment(new Uint8Array(0))).toEqual(new Map());
});
