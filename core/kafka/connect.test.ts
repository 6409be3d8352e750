/** Clusters that answer and such that do not, their topics and offsets; what a broker refuses comes as a code. */
import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toErrorData } from '#core/contract/errors.ts';
import { commitOffsets, createTopic, fetchCommittedOffsets, listTopics } from './admin.ts';
import { addressOf, parseAddress } from './broker-address.ts';
import { type Cluster, openCluster } from './connect.ts';
import { listOffsets } from './offsets.ts';
import { openProducer } from './produce.ts';
import { newTopicName, type TestBroker, testBrokers } from './test-brokers.ts';

const failureOf = (promise: Promise<unknown>) => promise.then(() => undefined, toErrorData);

/** A port that was free a moment ago: nothing answers there. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('a broker that is not there is named, with what to do', async () => {
  const address = `127.0.0.1:${await deadPort()}`;
  const failure = await failureOf(openCluster({ brokers: [address] }));
  expect(failure).toMatchObject({ code: 'KAFKA_UNREACHABLE', object: address, retryable: true });
  expect(failure?.message).toContain('ECONNREFUSED');
  expect(failure?.nextStep).toBeTruthy();
});

test('something that takes connections and never answers is given up in time', async () => {
  const server = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as { port: number }).port}`;
  const failure = await failureOf(openCluster({ brokers: [address], requestTimeoutMs: 300 }));
  expect(failure).toMatchObject({ code: 'KAFKA_UNREACHABLE', object: address });
  await new Promise((resolve) => server.close(resolve));
});

test.each(['localhost:9092', '10.0.0.1:1', '[::1]:9092'])('an address is written as it is read: %s', (address) => {
  expect(addressOf(parseAddress(address))).toBe(address);
});

test.each(['nonsense:port', 'a:b:c', '', 'host:0', 'host:99999'])('not an address: %j', async (address) => {
  expect(await failureOf(openCluster({ brokers: [address] }))).toMatchObject({
    code: 'INVALID_INPUT',
    object: address,
  });
});

describe.each(testBrokers)('on $name', ({ open }) => {
  let broker: TestBroker;
  let cluster: Cluster;
  const topic = newTopicName();

  beforeAll(async () => {
    broker = await open();
    cluster = await openCluster({ brokers: [`127.0.0.1:${await deadPort()}`, broker.address] });
    await createTopic(cluster, { name: topic, partitions: 3 });
    const record = (partition: number, timestampMs: number) => ({
      partition,
      timestampMs,
      key: null,
      value: Buffer.from('x'),
    });
    await openProducer(cluster).send(topic, [record(0, 1_000), record(0, 2_000), record(0, 3_000), record(2, 5_000)]);
  });
  afterAll(async () => {
    await cluster?.close();
    await broker?.close();
  });

  test('the first address that answers is enough', async () => {
    expect(cluster.clusterId).toMatch(/^\S+$/);
    expect(cluster.brokers.size).toBeGreaterThan(0);
    const { id, partitions } = await cluster.topic(topic);
    expect(id).toMatch(/^[0-9a-f]{8}-/);
    expect(partitions.map(({ partition }) => partition)).toEqual([0, 1, 2]);
    for (const { leader, leaderEpoch } of partitions) {
      expect(cluster.brokers.has(leader)).toBe(true);
      expect(leaderEpoch).toBeGreaterThanOrEqual(0);
    }
  });

  test('topics are listed with what they hold', async () => {
    const found = (await listTopics(cluster)).find(({ name }) => name === topic);
    expect(found).toMatchObject({ internal: false, partitions: 3, records: 4n });
    if (found?.bytes !== null) expect(found?.bytes).toBeGreaterThan(0n);
  });

  test('offsets by name and by time', async () => {
    expect(await listOffsets(cluster, topic, 'earliest')).toEqual(
      new Map([
        [0, 0n],
        [1, 0n],
        [2, 0n],
      ]),
    );
    expect(await listOffsets(cluster, topic, 'latest')).toEqual(
      new Map([
        [0, 3n],
        [1, 0n],
        [2, 1n],
      ]),
    );
    expect(await listOffsets(cluster, topic, { timestampMs: 1_500 })).toEqual(
      new Map([
        [0, 1n],
        [1, 0n],
        [2, 0n],
      ]),
    );
    expect(await listOffsets(cluster, topic, { timestampMs: 9_000 })).toEqual(
      new Map([
        [0, 3n],
        [1, 0n],
        [2, 1n],
      ]),
    );
    expect(await listOffsets(cluster, topic, 'latest', { partitions: [2] })).toEqual(new Map([[2, 1n]]));
  });

  test('offsets of a group without members', async () => {
    const group = `${topic}-group`;
    expect(await fetchCommittedOffsets(cluster, group, topic)).toEqual(new Map());
    await commitOffsets(
      cluster,
      group,
      topic,
      new Map([
        [0, 2n],
        [2, 2n ** 40n],
      ]),
    );
    expect(await fetchCommittedOffsets(cluster, group, topic)).toEqual(
      new Map([
        [0, 2n],
        [2, 2n ** 40n],
      ]),
    );
  });

  test('refusals are codes, not text', async () => {
    expect(await failureOf(createTopic(cluster, { name: topic, partitions: 1 }))).toMatchObject({
      code: 'CONFLICT',
      object: topic,
    });
    expect(await failureOf(cluster.topic('never-made'))).toMatchObject({ code: 'NOT_FOUND', object: 'never-made' });
    expect(await failureOf(createTopic(cluster, { name: 'not/a/name', partitions: 1 }))).toMatchObject({
      code: 'KAFKA_REJECTED',
    });
  });

  test('a process ends by itself after close', async () => {
    const script = `
      import { openCluster } from '#core/kafka/connect.ts';
      import { openFetcher } from '#core/kafka/fetch.ts';
      const cluster = await openCluster({ brokers: ['${broker.address}'] });
      const fetcher = openFetcher({ cluster, topic: '${topic}', positions: new Map([[0, 0n]]), signal: new AbortController().signal });
      await fetcher.next();
      await cluster.close();
      if (await fetcher.next() !== undefined) process.exitCode = 3;
    `;
    const startedAt = performance.now();
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { timeout: 20_000 });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
