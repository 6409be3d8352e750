/** The MB/s budget of a connection, measured on what a broker sends: all that fetch with one guard share it. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ConnectionGuard, noGuard } from '#core/workspace/connection.ts';
import { createTopic } from './admin.ts';
import { type Cluster, openCluster } from './connect.ts';
import { type Fetcher, openFetcher } from './fetch.ts';
import { openProducer } from './produce.ts';
import { newTopicName, type TestBroker, testBrokers } from './test-brokers.ts';

const records = 200;
const recordBytes = 20_000;

describe.each(testBrokers)('on $name', ({ open }) => {
  const topic = newTopicName();
  let broker: TestBroker;
  let cluster: Cluster;
  let guard: ConnectionGuard;

  beforeAll(async () => {
    broker = await open();
    const writer = await openCluster({ brokers: [broker.address] });
    await createTopic(writer, { name: topic, partitions: 1 });
    const some = Array.from({ length: records }, () => ({ key: null, value: randomBytes(recordBytes) }));
    await openProducer(writer, { batchBytes: 2 * recordBytes }).send(topic, some);
    await writer.close();
  });
  beforeEach(async () => {
    guard = { ...noGuard };
    cluster = await openCluster({ brokers: [broker.address], guard: { connection: 'orders', guard } });
  });
  afterEach(() => cluster.close());
  afterAll(() => broker?.close());

  const read = (): Fetcher =>
    openFetcher({
      cluster,
      topic,
      positions: new Map([[0, 0n]]),
      stopAt: new Map([[0, BigInt(records)]]),
      signal: new AbortController().signal,
    });

  /** Bytes until the topic's end. */
  async function drain(fetcher: Fetcher): Promise<number> {
    let bytes = 0;
    for (let chunks = await fetcher.next(); chunks !== undefined; chunks = await fetcher.next()) {
      bytes += chunks.reduce((sum, { records: batch }) => sum + batch.length, 0);
    }
    await fetcher.close();
    return bytes;
  }

  test('two readers together stay within it, and all of it arrives', async () => {
    const megabytesPerSecond = 4;
    guard.megabytesPerSecond = megabytesPerSecond;
    const startedAt = performance.now();
    const bytes = await Promise.all([drain(read()), drain(read())]);
    const seconds = (performance.now() - startedAt) / 1_000;
    expect(bytes.map((one) => one >= records * recordBytes)).toEqual([true, true]);
    // What the last answers owe is not waited for: one second's worth for each reader.
    const owed = 2 * megabytesPerSecond * 1e6;
    const total = (bytes[0] ?? 0) + (bytes[1] ?? 0);
    expect((total - owed) / 1e6).toBeLessThanOrEqual(megabytesPerSecond * seconds);
    expect(total - owed).toBeGreaterThan(0);
  });

  test('one that is lifted lets waiting readers go on, one that is small ends with its reader', async () => {
    guard.megabytesPerSecond = 0.000_001;
    const lifted = read();
    expect((await lifted.next())?.length).toBe(1);
    guard.megabytesPerSecond = null;
    expect(await drain(lifted)).toBeGreaterThan((records - 10) * recordBytes);

    guard.megabytesPerSecond = 0.000_001;
    const ended = read();
    const first = await ended.next();
    expect(first?.[0]?.nextOffset).toBeLessThan(BigInt(records));
    const waiting = ended.next();
    await ended.close();
    expect(await waiting).toBeUndefined();
  });
});
