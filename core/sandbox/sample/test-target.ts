/**
 * Where the tests of the sample run: the sandbox always, a real Kafka and registry where `REAL_KAFKA` and `REAL_REGISTRY`
 * name them. What is read back is read by kafkajs.
 */
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Admin } from 'kafkajs';
import { openBroker } from '../broker/broker.ts';
import { openRegistry } from '../registry/registry.ts';
import { createKafka } from './flight-producer.ts';

interface Addresses {
  readonly kafka: string;
  readonly registry: string;
}

export interface Target {
  readonly name: string;
  /** Why the tests are skipped here; empty where they run. */
  readonly lacks: string;
  open(): Promise<Addresses & { close(): Promise<void> }>;
}

export interface Received {
  readonly offset: number;
  readonly key: string;
  readonly value: Buffer | null;
  readonly partition: number;
  readonly timestamp: number;
}

const sandbox: Target = {
  name: 'the sandbox',
  lacks: '',
  async open() {
    const dir = await mkdtemp(join(tmpdir(), 'sample-'));
    const folder = (name: string) => {
      mkdirSync(join(dir, name));
      return join(dir, name);
    };
    const broker = await openBroker({ dataDir: folder('kafka') });
    const registry = await openRegistry({ dataDir: folder('registry') });
    return {
      kafka: `${broker.host}:${broker.port}`,
      registry: registry.url,
      async close() {
        await broker.close();
        await registry.close();
        await rm(dir, { recursive: true });
      },
    };
  },
};

const { REAL_KAFKA: kafka, REAL_REGISTRY: registry } = process.env;
const real: Target = {
  name: 'a real Kafka and registry',
  lacks: kafka && registry ? '' : ' (skipped: REAL_KAFKA and REAL_REGISTRY are not set)',
  open: () => Promise.resolve({ kafka: kafka!, registry: registry!, close: () => Promise.resolve() }),
};

export const targets: readonly Target[] = [sandbox, real];

/** Records a topic has ever had. */
export async function countStored(admin: Admin, topic: string): Promise<number> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return offsets.reduce((sum, { high }) => sum + Number(high), 0);
}

/** The first `count` records of a topic, read in a group of its own. */
export async function receive(brokers: string, topic: string, count: number): Promise<Received[]> {
  const consumer = createKafka(brokers).consumer({ groupId: readerOf(topic) });
  const received: Received[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    void consumer.run({
      eachBatch: async ({ batch: { messages, partition } }) => {
        for (const { offset, key, value, timestamp } of messages) {
          const record = { offset: Number(offset), key: String(key), value, partition, timestamp: Number(timestamp) };
          received.push(record);
        }
        if (received.length >= count) resolve();
      },
    });
  });
  await consumer.disconnect();
  return received;
}

/** Leaves nothing on a shared server; a sandbox is thrown away whole. */
export async function removeTopic(admin: Admin, registryAddress: string, topic: string): Promise<void> {
  if (registryAddress !== registry) return;
  const { groups } = await admin.listGroups();
  if (groups.some(({ groupId }) => groupId === readerOf(topic))) await admin.deleteGroups([readerOf(topic)]);
  if ((await admin.listTopics()).includes(topic)) await admin.deleteTopics({ topics: [topic] });
  const subject = `${registryAddress}/subjects/${topic}-value`;
  await fetch(subject, { method: 'DELETE' });
  await fetch(`${subject}?permanent=true`, { method: 'DELETE' });
}

function readerOf(topic: string): string {
  return `${topic}-reader`;
}
