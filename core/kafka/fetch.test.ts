/** Batches of every producer and codec, read from any place, followed, paused, and over a broker that dies. */
import { CompressionAlgorithms, Producer as PlatformaticProducer } from '@platformatic/kafka';
import { CompressionTypes, Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WorkbenchError } from '#core/contract/errors.ts';
import { createTopic } from './admin.ts';
import { type Cluster, openCluster } from './connect.ts';
import { type FetchedChunk, type Fetcher, type FetchOptions, loadOptions, openFetcher } from './fetch.ts';
import { listOffsets } from './offsets.ts';
import { openProducer, type ProducerRecord } from './produce.ts';
import { codecs } from './protocol/compression.ts';
import { RecordCursor } from './protocol/record-batch.ts';
import { KillableBroker, newTopicName, type TestBroker, testBrokers } from './test-brokers.ts';

interface Read {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: Buffer | null;
}

function recordsOf(chunks: readonly FetchedChunk[]): Read[] {
  const cursor = new RecordCursor({ checkCrc: true });
  const records: Read[] = [];
  for (const chunk of chunks) {
    cursor.load(chunk.records, loadOptions(chunk));
    while (cursor.next()) {
      const [key, value] = [cursor.key(), cursor.value()];
      records.push({
        partition: chunk.partition,
        offset: cursor.offset,
        key: key && Buffer.from(key).toString(),
        value: value && Buffer.from(value),
      });
    }
    expect(BigInt(cursor.nextOffset)).toBe(chunk.nextOffset);
  }
  return records;
}

/** Reads until `count` records are in, or to the end when the fetcher ends by itself. */
async function read(fetcher: Fetcher, count = Number.POSITIVE_INFINITY): Promise<Read[]> {
  const records: Read[] = [];
  while (records.length < count) {
    const chunks = await fetcher.next();
    if (chunks === undefined) break;
    records.push(...recordsOf(chunks));
  }
  return records;
}

const numbered = (from: number, count: number, more: Partial<ProducerRecord> = {}): ProducerRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    key: Buffer.from(String(from + index)),
    value: Buffer.from(`value ${from + index}`),
    ...more,
  }));

const keys = (records: readonly Read[]): string[] => records.map((record) => record.key ?? '');
const numbers = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => String(from + index));

describe.each(testBrokers)('on $name', ({ open }) => {
  let broker: TestBroker;
  let cluster: Cluster;

  beforeAll(async () => {
    broker = await open();
    cluster = await openCluster({ brokers: [broker.address] });
  });
  afterAll(async () => {
    await cluster?.close();
    await broker?.close();
  });

  async function newTopic(partitions = 1, config: Record<string, string> = {}): Promise<string> {
    const name = newTopicName();
    await createTopic(cluster, { name, partitions, config });
    return name;
  }

  async function produce(topic: string, records: readonly ProducerRecord[]): Promise<void> {
    await openProducer(cluster).send(topic, records);
  }

  async function openAll(topic: string, more: Partial<FetchOptions> = {}): Promise<Fetcher> {
    const positions = await listOffsets(cluster, topic, 'earliest');
    return openFetcher({ cluster, topic, positions, signal: new AbortController().signal, ...more });
  }

  /** From the beginning to the end as of now. */
  async function readAll(topic: string, more: Partial<FetchOptions> = {}): Promise<Read[]> {
    const stopAt = await listOffsets(cluster, topic, 'latest');
    const fetcher = await openAll(topic, { stopAt, ...more });
    try {
      return await read(fetcher);
    } finally {
      await fetcher.close();
    }
  }

  test.each(codecs)('batches compressed with %s by our producer', async (codec) => {
    const topic = await newTopic(3);
    const producer = openProducer(cluster, { codec });
    await producer.send(topic, numbered(0, 500));
    const records = await readAll(topic);
    expect(keys(records).sort()).toEqual(numbers(0, 500).sort());
  });

  test.each(Object.values(CompressionAlgorithms))(
    'batches compressed with %s by @platformatic/kafka',
    async (compression) => {
      const topic = await newTopic();
      const producer = new PlatformaticProducer({ clientId: 'test', bootstrapBrokers: [broker.address], compression });
      const messages = numbered(0, 200).map(({ key, value }) => ({
        topic,
        key: key as Buffer,
        value: value as Buffer,
      }));
      await producer.send({ messages, acks: -1 });
      await producer.close();
      expect(keys(await readAll(topic))).toEqual(numbers(0, 200));
    },
  );

  test.each([CompressionTypes.None, CompressionTypes.GZIP])(
    'batches of kafkajs, compression %s',
    async (compression) => {
      const topic = await newTopic();
      const producer = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING }).producer();
      await producer.connect();
      const messages = numbered(0, 200).map(({ key, value }) => ({ key: key as Buffer, value: value as Buffer }));
      await producer.send({ topic, messages, compression });
      await producer.disconnect();
      expect(keys(await readAll(topic))).toEqual(numbers(0, 200));
    },
  );

  test('begins and ends in the middle of a batch', async () => {
    const topic = await newTopic();
    await produce(topic, numbered(0, 100));
    const records = await readAll(topic, { positions: new Map([[0, 40n]]), stopAt: new Map([[0, 60n]]) });
    expect(keys(records)).toEqual(numbers(40, 20));
  });

  test('ends at once when there is nothing to read before the stop', async () => {
    const topic = await newTopic(2);
    expect(await readAll(topic)).toEqual([]);
  });

  test('reads every partition of a large topic within small answers and a small buffer', async () => {
    const topic = await newTopic(4);
    for (let from = 0; from < 4_000; from += 500) {
      await produce(topic, numbered(from, 500, { value: Buffer.alloc(500, from) }));
    }
    const sizes = { maxBytes: 100_000, partitionMaxBytes: 30_000, bufferBytes: 150_000 };
    const records = await readAll(topic, sizes);
    expect(keys(records).sort()).toEqual(numbers(0, 4_000).sort());
    for (const partition of [0, 1, 2, 3]) {
      const offsets = records.filter((record) => record.partition === partition).map((record) => record.offset);
      expect(offsets).toEqual(offsets.map((_, index) => index));
    }
  });

  test('a record of 5 MB arrives although one answer is to be smaller', async () => {
    const topic = await newTopic(1, { 'max.message.bytes': '8000000' });
    const value = Buffer.alloc(5_000_000, 'x');
    await produce(topic, [...numbered(0, 1), ...numbered(1, 1, { value }), ...numbered(2, 1)]);
    const records = await readAll(topic, { maxBytes: 100_000, partitionMaxBytes: 50_000 });
    expect(keys(records)).toEqual(['0', '1', '2']);
    expect(records[1]?.value?.equals(value)).toBe(true);
  });

  test('a topic that grows is followed', async () => {
    const topic = await newTopic(2);
    const fetcher = await openAll(topic);
    const reading = read(fetcher, 300);
    for (const from of [0, 100, 200]) await produce(topic, numbered(from, 100));
    expect(keys(await reading).sort()).toEqual(numbers(0, 300).sort());
    expect([...fetcher.highWatermarks().values()].reduce((sum, mark) => sum + mark, 0n)).toBe(300n);
    await fetcher.close();
  });

  test('an abort ends a long poll at once', async () => {
    const topic = await newTopic();
    const abort = new AbortController();
    const fetcher = await openAll(topic, { signal: abort.signal, maxWaitMs: 20_000 });
    const waiting = fetcher.next();
    await produce(topic, numbered(0, 1));
    expect(await waiting).toHaveLength(1);
    const last = fetcher.next();
    const startedAt = performance.now();
    abort.abort();
    expect(await last).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(500);
    await fetcher.close();
  });

  test('an empty topic is asked twice a second, not in a spin', async () => {
    const topic = await newTopic();
    const abort = new AbortController();
    const fetcher = await openAll(topic, { signal: abort.signal });
    const before = process.cpuUsage();
    const waiting = fetcher.next();
    setTimeout(() => abort.abort(), 1_000);
    expect(await waiting).toBeUndefined();
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(500);
    await fetcher.close();
  });

  test('a seek drops what was fetched and goes on elsewhere', async () => {
    const topic = await newTopic();
    await produce(topic, numbered(0, 100));
    const fetcher = await openAll(topic, { maxWaitMs: 100 });
    expect(await read(fetcher, 100)).toHaveLength(100);
    fetcher.seek(0, 90n);
    expect(keys(await read(fetcher, 10))).toEqual(numbers(90, 10));
    await fetcher.close();
  });

  test('a paused partition is not read until it is resumed, and then without a gap', async () => {
    const topic = await newTopic(2);
    await produce(topic, [...numbered(0, 50, { partition: 0 }), ...numbered(50, 50, { partition: 1 })]);
    const fetcher = await openAll(topic, { maxWaitMs: 100 });
    fetcher.pause([1]);
    expect(keys(await read(fetcher, 50))).toEqual(numbers(0, 50));
    fetcher.resume([1]);
    expect(keys(await read(fetcher, 50))).toEqual(numbers(50, 50));
    await fetcher.close();
  });

  test('an offset that does not exist is an error that names the range, and a seek mends it', async () => {
    const topic = await newTopic(2);
    await produce(topic, numbered(0, 10, { partition: 0 }));
    const fetcher = await openAll(topic, { positions: new Map([[0, 99n]]) });
    const error = await fetcher.next().then(
      () => undefined,
      (reason) => reason as WorkbenchError,
    );
    expect(error?.toData()).toMatchObject({ code: 'KAFKA_REJECTED', object: `${topic}, partition 0` });
    expect(error?.message).toContain('has no offset 99. It holds offsets 0 to 10');
    fetcher.seek(0, 5n);
    expect(keys(await read(fetcher, 5))).toEqual(numbers(5, 5));
    await fetcher.close();
  });

  test('a rolled back transaction is left out', async () => {
    const topic = await newTopic();
    const producer = new PlatformaticProducer({
      clientId: 'test',
      bootstrapBrokers: [broker.address],
      idempotent: true,
      transactionalId: topic,
    });
    const message = (text: string) => ({ topic, partition: 0, key: Buffer.from(text), value: Buffer.from(text) });
    for (const [text, isKept] of [
      ['a', true],
      ['b', false],
      ['c', true],
    ] as const) {
      const transaction = await producer.beginTransaction();
      await transaction.send({ messages: [message(text), message(text)] });
      await (isKept ? transaction.commit() : transaction.abort());
    }
    await producer.close();
    expect(keys(await readAll(topic))).toEqual(['a', 'a', 'c', 'c']);
    expect(keys(await readAll(topic, { isolation: 'read_uncommitted' }))).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
  });

  test('an unknown topic is told and waited for', async () => {
    const topic = newTopicName();
    const troubles: WorkbenchError[] = [];
    const heard = Promise.withResolvers<void>();
    const onTrouble = (error: WorkbenchError): void => {
      troubles.push(error);
      heard.resolve();
    };
    const abort = new AbortController();
    const fetcher = openFetcher({ cluster, topic, positions: new Map([[0, 0n]]), signal: abort.signal, onTrouble });
    const reading = read(fetcher, 3);
    await heard.promise;
    expect(troubles[0]?.code).toBe('NOT_FOUND');
    await createTopic(cluster, { name: topic, partitions: 1 });
    await produce(topic, numbered(0, 3));
    expect(keys(await reading)).toEqual(['0', '1', '2']);
    await fetcher.close();
  });
});

describe('when the broker dies', () => {
  test('a kill in mid-fetch is told, and after the restart every record arrives once and in order', async () => {
    const broker = new KillableBroker();
    await broker.start();
    const cluster = await openCluster({ brokers: [broker.address] });
    try {
      const topic = newTopicName();
      await createTopic(cluster, { name: topic, partitions: 2 });
      const producer = openProducer(cluster);
      for (let from = 0; from < 2_000; from += 200) await producer.send(topic, numbered(from, 200));
      const troubles: WorkbenchError[] = [];
      let recovered = 0;
      const fetcher = openFetcher({
        cluster,
        topic,
        positions: await listOffsets(cluster, topic, 'earliest'),
        partitionMaxBytes: 4_000,
        maxBytes: 8_000,
        signal: new AbortController().signal,
        onTrouble: (error) => troubles.push(error),
        onRecovered: () => recovered++,
      });
      const records = await read(fetcher, 300);
      await broker.kill();
      const rest = read(fetcher, 2_500 - records.length);
      await broker.start();
      await producer.send(topic, numbered(2_000, 500));
      records.push(...(await rest));
      expect(keys(records).sort()).toEqual(numbers(0, 2_500).sort());
      expect(troubles.length).toBeGreaterThan(0);
      expect(recovered).toBe(1);
      for (const trouble of troubles)
        expect(trouble.toData()).toMatchObject({ code: 'KAFKA_UNREACHABLE', retryable: true });
      await fetcher.close();
    } finally {
      await cluster.close();
      await broker.remove();
    }
  });
});
