/** Transactions as kafkajs drives them: all or nothing, across partitions, offsets, aborts, fencing and restarts. */
import type { Producer } from 'kafkajs';
import { afterAll, expect, test } from 'vitest';
import { broker, kafkajs, restart, withBroker } from './test-broker.ts';

withBroker();

const producers: Producer[] = [];

const kafka = () => kafkajs({ retry: { initialRetryTime: 20 } });

afterAll(() => Promise.allSettled(producers.map((producer) => producer.disconnect())));

async function transactional(transactionalId: string, transactionTimeout = 60_000): Promise<Producer> {
  const producer = kafka().producer({ transactionalId, transactionTimeout, maxInFlightRequests: 1, idempotent: true });
  producers.push(producer);
  await producer.connect();
  return producer;
}

/** What a `read_committed` (or other) consumer sees before a last record that is sent for it. */
async function read(topic: string, readUncommitted = false): Promise<string[]> {
  const marker = `end ${Math.random()}`;
  const end = kafka().producer();
  await end.connect();
  const offsets = await end.send({
    topic,
    messages: [
      { value: marker, partition: 0 },
      { value: marker, partition: 1 },
    ],
  });
  expect(offsets).toHaveLength(2);
  await end.disconnect();
  const consumer = kafka().consumer({ groupId: `g${Math.random()}`, readUncommitted, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const values: string[] = [];
  let ends = 0;
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ message }) => {
        const value = String(message.value);
        if (!value.startsWith('end ')) values.push(value);
        else if (value === marker && ++ends === 2) resolve();
      },
    });
  });
  await consumer.disconnect();
  return values.sort();
}

const both = (value: string) => [
  { value: `${value}0`, partition: 0 },
  { value: `${value}1`, partition: 1 },
];

test('shows what was committed, all at once, and never what was aborted', async () => {
  await broker.createTopic({ name: 'mixed', partitions: 2 });
  const producer = await transactional('mixed');
  const committed = await producer.transaction();
  await committed.send({ topic: 'mixed', messages: both('a') });
  await committed.send({ topic: 'mixed', messages: both('b') });
  await committed.commit();
  const aborted = await producer.transaction();
  await aborted.send({ topic: 'mixed', messages: both('x') });
  await aborted.abort();
  const again = await producer.transaction();
  await again.send({ topic: 'mixed', messages: both('c') });
  await again.commit();
  expect(await read('mixed')).toEqual(['a0', 'a1', 'b0', 'b1', 'c0', 'c1']);

  await restart();
  expect(await read('mixed')).toEqual(['a0', 'a1', 'b0', 'b1', 'c0', 'c1']);
  expect(await read('mixed', true)).toContain('x0');
}, 30_000);

test('commits offsets with the records, or not at all', async () => {
  await broker.createTopic({ name: 'moved', partitions: 2 });
  const producer = await transactional('moved');
  const admin = kafka().admin();
  await admin.connect();
  const offset = async () =>
    (await admin.fetchOffsets({ groupId: 'mover', topics: ['moved'] }))[0]!.partitions.find((p) => p.partition === 0)!
      .offset;
  const move = async (to: string, isCommit: boolean) => {
    const transaction = await producer.transaction();
    await transaction.send({ topic: 'moved', messages: both(to) });
    const topics = [{ topic: 'moved', partitions: [{ partition: 0, offset: to }] }];
    await transaction.sendOffsets({ consumerGroupId: 'mover', topics });
    await (isCommit ? transaction.commit() : transaction.abort());
  };
  await move('5', true);
  expect(await offset()).toBe('5');
  await move('9', false);
  expect(await offset()).toBe('5');
  await admin.disconnect();
}, 30_000);

test('fences the predecessor and aborts what it left open', async () => {
  await broker.createTopic({ name: 'fenced', partitions: 2 });
  const first = await transactional('fenced');
  const open = await first.transaction();
  await open.send({ topic: 'fenced', messages: both('zombie') });
  const second = await transactional('fenced');
  const transaction = await second.transaction();
  await transaction.send({ topic: 'fenced', messages: both('new') });
  await transaction.commit();
  await expect(open.send({ topic: 'fenced', messages: both('late') })).rejects.toThrow();
  await expect(open.commit()).rejects.toThrow();
  expect(await read('fenced')).toEqual(['new0', 'new1']);
}, 30_000);

test('aborts by itself what takes too long, also over a restart', async () => {
  await broker.createTopic({ name: 'slow', partitions: 2 });
  const producer = await transactional('slow', 1_000);
  const open = await producer.transaction();
  await open.send({ topic: 'slow', messages: both('slow') });
  await restart();
  expect(await read('slow')).toEqual([]);
}, 30_000);
