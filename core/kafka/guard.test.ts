/** What a guarded connection lets through: requests of the protocol, topics; and that nothing else reaches a broker. */
import { protocolAPIsById } from '@platformatic/kafka';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toErrorData } from '#core/contract/errors.ts';
import { type ConnectionGuard, noGuard } from '#core/workspace/connection.ts';
import { commitOffsets, createTopic, fetchCommittedOffsets, listTopics } from './admin.ts';
import { type Cluster, openCluster } from './connect.ts';
import { openFetcher } from './fetch.ts';
import { isAllowed, readingApis, refuseWrite } from './guard.ts';
import { openProducer } from './produce.ts';
import { sendFetch } from './send-fetch.ts';
import { newTopicName, type TestBroker, testBrokers } from './test-brokers.ts';

const apiNames = Object.entries(protocolAPIsById).map(([key, name]) => ({ key: Number(key), name: String(name) }));
const guarded = (part: Partial<ConnectionGuard>) => ({
  connection: 'orders-production',
  guard: { ...noGuard, ...part },
});
const readOnly = () => guarded({ readOnly: true });
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

test.each([
  [{ deniedTopics: ['payments.*'] }, ['payments.card', 'payments.'], ['payments', 'paymentsXcard', 'my.payments.card']],
  [{ deniedTopics: ['log-?'] }, ['log-1'], ['log-', 'log-12']],
  [{ allowedTopics: ['orders', 'flights*'] }, ['payments', 'orders.eu'], ['orders', 'flights', 'flights.faults']],
  [{ allowedTopics: ['orders*'], deniedTopics: ['*.raw'] }, ['orders.raw', 'x'], ['orders', 'orders.rawer']],
  [{}, [], ['anything']],
])('topics by %j', (part, denied, allowed) => {
  const { guard } = guarded(part);
  expect([...denied, ...allowed].filter((topic) => !isAllowed(guard, topic))).toEqual(denied);
});

describe.each(testBrokers)('on $name', ({ open }) => {
  let broker: TestBroker;
  let writer: Cluster;
  let reader: Cluster;
  let topic: string;
  const named = readOnly();

  beforeAll(async () => {
    broker = await open();
    writer = await openCluster({ brokers: [broker.address] });
    reader = await openCluster({ brokers: [broker.address], guard: named });
  });
  beforeEach(async () => {
    topic = newTopicName();
    await createTopic(writer, { name: topic, partitions: 1 });
    await openProducer(writer).send(topic, [record('first')]);
  });
  afterAll(async () => {
    await reader?.close();
    await writer?.close();
    await broker?.close();
  });

  test('reading works: topics, offsets, records', async () => {
    expect((await listTopics(reader)).find(({ name }) => name === topic)?.records).toBe(1n);
    expect(await fetchCommittedOffsets(reader, 'nobody', topic)).toEqual(new Map());
    const { signal } = new AbortController();
    const fetcher = openFetcher({ cluster: reader, topic, positions: new Map([[0, 0n]]), signal });
    expect((await fetcher.next())?.length).toBeGreaterThan(0);
    await fetcher.close();
  });

  test('writing is refused by name, and the broker has nothing of it', async () => {
    const refused = { code: 'READ_ONLY', object: 'orders-production', retryable: false };
    const producer = openProducer(reader, { deliveryTimeoutMs: 500 });
    const letter = await failureOf(producer.send(topic, [record('second')]));
    expect(letter).toMatchObject({ ...refused, nextStep: expect.stringContaining('Unlock') });
    expect(await failureOf(createTopic(reader, { name: newTopicName(), partitions: 1 }))).toMatchObject(refused);
    expect(await failureOf(commitOffsets(reader, 'group', topic, new Map([[0, 1n]])))).toMatchObject(refused);
    expect((await listTopics(writer)).find(({ name }) => name === topic)?.records).toBe(1n);
  });

  test('an unlock works on connections that are open, and ends there when it is revoked', async () => {
    named.guard.unlockedUntil = Date.now() + 60_000;
    await openProducer(reader).send(topic, [record('third')]);
    named.guard.unlockedUntil = 0;
    expect(await failureOf(openProducer(reader).send(topic, [record('fourth')]))).toMatchObject({ code: 'READ_ONLY' });
    expect((await listTopics(writer)).find(({ name }) => name === topic)?.records).toBe(2n);
  });

  describe('a topic that is denied', () => {
    const denied = { code: 'TOPIC_DENIED', retryable: false };
    let cluster: Cluster;
    let guard: ConnectionGuard;
    beforeEach(async () => {
      const own = guarded({});
      guard = own.guard;
      cluster = await openCluster({ brokers: [broker.address], guard: own });
    });
    afterEach(() => cluster.close());

    test('is not listed, read, written, made or committed to, though it is known already', async () => {
      await cluster.topic(topic);
      guard.deniedTopics = [`${topic.slice(0, -1)}*`];
      expect((await listTopics(cluster)).map(({ name }) => name)).not.toContain(topic);
      const failures = await Promise.all([
        failureOf(cluster.topic(topic)),
        failureOf(cluster.refreshTopic(topic)),
        failureOf(fetchCommittedOffsets(cluster, 'group', topic)),
        failureOf(commitOffsets(cluster, 'group', topic, new Map([[0, 1n]]))),
        failureOf(createTopic(cluster, { name: `${topic}x`, partitions: 1 })),
        failureOf(openProducer(cluster).send(topic, [record('second')])),
      ]);
      expect(failures.map((failure) => failure?.code)).toEqual(failures.map(() => 'TOPIC_DENIED'));
      expect(failures[0]).toMatchObject({ ...denied, object: topic, nextStep: expect.stringContaining('denied') });
      expect((await listTopics(writer)).find(({ name }) => name === topic)?.records).toBe(1n);
    });

    test('while it is being read ends the reading; no record that came later is handed out', async () => {
      const { signal } = new AbortController();
      const fetcher = openFetcher({ cluster, topic, positions: new Map([[0, 0n]]), signal, maxWaitMs: 50 });
      expect((await fetcher.next())?.[0]?.nextOffset).toBe(1n);
      guard.deniedTopics = [topic];
      expect(await failureOf(fetcher.next())).toMatchObject(denied);
      await openProducer(writer).send(topic, [record('later')]);
      expect(await failureOf(Promise.race([fetcher.next(), fetcher.close()]))).toBeUndefined();
    });

    test('is refused at the last step, too: a Fetch names it', async () => {
      guard.deniedTopics = [topic];
      const connection = await cluster.connection();
      const { partitions, id } = await writer.topic(topic);
      const positions = partitions.map((one) => ({ ...one, offset: 0n, maxBytes: 1_000 }));
      const request = { topic, topicId: id, maxWaitMs: 0, minBytes: 1, maxBytes: 1_000, isReadCommitted: true };
      expect(await failureOf(sendFetch(connection, { ...request, partitions: positions }))).toMatchObject(denied);
    });
  });
});

function record(value: string) {
  return { partition: 0, key: null, value: Buffer.from(value) };
}
