/**
 * kill −9 right after an acknowledgement: what was acknowledged is there afterwards.
 *
 * Twenty kills by default; `KILLS=200` for the full check.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Admin } from '@platformatic/kafka';
import { CompressionTypes, Kafka, logLevel, type Producer } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';

const kills = Number(process.env.KILLS ?? 20);
const topic = 'kill';
const groupId = 'kill-group';

let dataDir: string;
let child: ChildProcess | undefined;

beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'broker-kill-'));
});

afterAll(() => {
  child?.kill('SIGKILL');
  rmSync(dataDir, { recursive: true });
});

/** Starts the broker and gives a client of it. */
async function start(): Promise<{ kafka: Kafka; address: string }> {
  const entry = join(import.meta.dirname, 'test-child.ts');
  child = spawn(process.execPath, [entry, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const address = String(line).trim();
  return { address, kafka: new Kafka({ clientId: 'kill', brokers: [address], logLevel: logLevel.NOTHING }) };
}

async function kill(): Promise<void> {
  const gone = once(child!, 'exit');
  child!.kill('SIGKILL');
  await gone;
}

/** Sends without pause until the first acknowledgement, so that others are under way at the kill. */
async function sendSome(producer: Producer, round: number, acknowledged: Set<string>): Promise<void> {
  const sends = Array.from({ length: 8 }, async (_, i) => {
    const values = Array.from({ length: 20 }, (__, n) => `${round}/${i}/${n}`);
    const compression = i % 2 === 0 ? CompressionTypes.None : CompressionTypes.GZIP;
    await producer.send({ topic, compression, messages: values.map((value) => ({ key: value, value })) });
    for (const value of values) acknowledged.add(value);
  });
  for (const send of sends) send.catch(() => {});
  await Promise.race(sends);
}

test(`loses nothing that was acknowledged in ${kills} kills`, { timeout: 30_000 + kills * 5_000 }, async () => {
  const acknowledged = new Set<string>();
  const disconnects: Promise<void>[] = [];
  for (let round = 0; round < kills; round++) {
    const { kafka, address } = await start();
    const admin = kafka.admin();
    await admin.connect();
    const created = await admin.createTopics({ topics: [{ topic, numPartitions: 2 }] }).catch(() => false);
    expect(created, 'the topic is there after the first round').toBe(round === 0);
    const [group] = await admin.fetchOffsets({ groupId, topics: [topic] });
    expect(group!.partitions.find(({ partition }) => partition === 0)!.offset).toBe(String(round - 1));
    const committer = new Admin({ clientId: 'kill', bootstrapBrokers: [address] });
    const producer = kafka.producer({ idempotent: round % 2 === 0, retry: { retries: 1, initialRetryTime: 20 } });
    await producer.connect();
    await sendSome(producer, round, acknowledged);
    await committer.alterConsumerGroupOffsets({
      groupId,
      topics: [{ name: topic, partitionOffsets: [{ partition: 0, offset: BigInt(round) }] }],
    });
    await kill();
    // kafkajs takes five seconds to believe that nobody answers.
    disconnects.push(producer.disconnect(), admin.disconnect(), committer.close());
  }
  const { kafka } = await start();
  const read = await readAll(kafka);
  expect([...acknowledged].filter((value) => !read.has(value))).toEqual([]);
  expect(acknowledged.size).toBeGreaterThanOrEqual(kills * 20);
  await kill();
  await Promise.allSettled(disconnects);
});

async function readAll(kafka: Kafka): Promise<Set<string>> {
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  let left = ends.reduce((sum, { high }) => sum + Number(high), 0);
  const consumer = kafka.consumer({ groupId: 'reader', maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const values = new Set<string>();
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ message }) => {
        values.add(String(message.value));
        if (--left === 0) resolve();
      },
    });
  });
  await consumer.disconnect();
  return values;
}
