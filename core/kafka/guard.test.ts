/** A read-only connection: which requests of the protocol it lets through, and that nothing else reaches a broker. */
import { protocolAPIsById } from '@platformatic/kafka';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toErrorData } from '#core/contract/errors.ts';
import { commitOffsets, createTopic, fetchCommittedOffsets, listTopics } from './admin.ts';
import { type Cluster, openCluster } from './connect.ts';
import { openFetcher } from './fetch.ts';
import { readingApis, refuseWrite } from './guard.ts';
import { openProducer } from './produce.ts';
import { newTopicName, type TestBroker, testBrokers } from './test-brokers.ts';

const apiNames = Object.entries(protocolAPIsById).map(([key, name]) => ({ key: Number(key), name: String(name) }));
const readOnly = () => ({ connection: 'orders-production', guard: { readOnly: true, unlockedUntil: 0 } });
const failureOf = (promise: Promise<unknown>) => promise.then(() => undefined, toErrorData);

/** By the protocol's own names, so that the list of numbers can't be wrong unnoticed. */
const reading =
  /^(Fetch|ListOffsets|Metadata|OffsetFetch|FindCoordinator|ListGroups|SaslHandshake|SaslAuthenticate|ApiVersions|OffsetForLeaderEpoch|List.*|Describe.*|.*GroupDescribe)$/;

test.each(apiNames)('$name ($key)', ({ key, name }) => {
  const refused = (): void => refuseWrite(readOnly(), key);
  if (reading.test(name)) expect(refused).not.toThrow();
  else expect(refused).toThrow(`The connection orders-production is read-only: ${name} was not sent.`);
});

test('names what reads and nothing else; a request nobody knows is refused', () => {
  const known = new Set(apiNames.map(({ key }) => key));
  expect([...readingApis].filter((key) => !known.has(key))).toEqual([]);
  expect(() => refuseWrite(readOnly(), 9_999)).toThrow(/request 9999/);
});

test('an unlock lets everything through until its time is over', () => {
  const { connection, guard } = readOnly();
  guard.unlockedUntil = Date.now() + 60_000;
  expect(() => refuseWrite({ connection, guard }, 0)).not.toThrow();
  guard.unlockedUntil = Date.now() - 1;
  expect(() => refuseWrite({ connection, guard }, 0)).toThrow(/read-only/);
  expect(() => refuseWrite(undefined, 0)).not.toThrow();
});

describe.each(testBrokers)('on $name', ({ open }) => {
  let broker: TestBroker;
  let writer: Cluster;
  let guarded: Cluster;
  let topic: string;
  const named = readOnly();

  beforeAll(async () => {
    broker = await open();
    writer = await openCluster({ brokers: [broker.address] });
    guarded = await openCluster({ brokers: [broker.address], guard: named });
  });
  beforeEach(async () => {
    topic = newTopicName();
    await createTopic(writer, { name: topic, partitions: 1 });
    await openProducer(writer).send(topic, [record('first')]);
  });
  afterAll(async () => {
    await guarded?.close();
    await writer?.close();
    await broker?.close();
  });

  test('reading works: topics, offsets, records', async () => {
    expect((await listTopics(guarded)).find(({ name }) => name === topic)?.records).toBe(1n);
    expect(await fetchCommittedOffsets(guarded, 'nobody', topic)).toEqual(new Map());
    const { signal } = new AbortController();
    const fetcher = openFetcher({ cluster: guarded, topic, positions: new Map([[0, 0n]]), signal });
    expect((await fetcher.next())?.length).toBeGreaterThan(0);
    await fetcher.close();
  });

  test('writing is refused by name, and the broker has nothing of it', async () => {
    const refused = { code: 'READ_ONLY', object: 'orders-production', retryable: false };
    const producer = openProducer(guarded, { deliveryTimeoutMs: 500 });
    const letter = await failureOf(producer.send(topic, [record('second')]));
    expect(letter).toMatchObject({ ...refused, nextStep: expect.stringContaining('Unlock') });
    expect(await failureOf(createTopic(guarded, { name: newTopicName(), partitions: 1 }))).toMatchObject(refused);
    expect(await failureOf(commitOffsets(guarded, 'group', topic, new Map([[0, 1n]])))).toMatchObject(refused);
    expect((await listTopics(writer)).find(({ name }) => name === topic)?.records).toBe(1n);
  });

  test('an unlock works on connections that are open, and ends there when it is revoked', async () => {
    named.guard.unlockedUntil = Date.now() + 60_000;
    await openProducer(guarded).send(topic, [record('third')]);
    named.guard.unlockedUntil = 0;
    expect(await failureOf(openProducer(guarded).send(topic, [record('fourth')]))).toMatchObject({ code: 'READ_ONLY' });
    expect((await listTopics(writer)).find(({ name }) => name === topic)?.records).toBe(2n);
  });
});

function record(value: string) {
  return { partition: 0, key: null, value: Buffer.from(value) };
}
