/** A whole topic as a foreign client reads it: kafkajs, in a group of its own. */
import { randomUUID } from 'node:crypto';
import type { IHeaders } from 'kafkajs';
import { createKafka } from './writer.ts';

export interface TopicRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
}

export interface TopicContent {
  /** In order of each partition. */
  readonly records: readonly TopicRecord[];
  /** Partition to its end offset. */
  readonly ends: ReadonlyMap<number, number>;
}

/** Nothing when there is no such topic. */
export async function readTopic(brokers: string, topic: string): Promise<TopicContent> {
  const kafka = createKafka(brokers);
  const ends = await readEnds(kafka, topic);
  let left = [...ends.values()].reduce((sum, end) => sum + end, 0);
  const records: TopicRecord[] = [];
  if (left === 0) return { records, ends };
  const consumer = kafka.consumer({ groupId: `oracle-${randomUUID()}`, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const { promise: isRead, resolve } = Promise.withResolvers<void>();
  await consumer.run({
    eachBatch: async ({ batch: { partition, messages } }) => {
      for (const { offset, key, value, headers = {} } of messages) {
        records.push({ partition, offset: Number(offset), key, value, headers });
      }
      left -= messages.length;
      if (left <= 0) resolve();
    },
  });
  await isRead;
  await consumer.disconnect();
  return { records, ends };
}

async function readEnds(kafka: ReturnType<typeof createKafka>, topic: string): Promise<Map<number, number>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    if (!(await admin.listTopics()).includes(topic)) return new Map();
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
  } finally {
    await admin.disconnect();
  }
}
