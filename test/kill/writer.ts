/**
 * A user's service that writes on whatever happens: kafkajs and Confluent's registry client, nothing of ours.
 *
 * A send that fails is tried again until Kafka acknowledges it, so that records keep their order in each partition.
 */
import '#core/sandbox/sample/quiet-kafkajs.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import type { Random } from './random.ts';
import { type Encode, type Message, makeMessage, partitions, schema } from './records.ts';
import type { Addresses } from './world.ts';

export interface Writer {
  /** Sequence numbers that Kafka has acknowledged. */
  readonly acknowledged: ReadonlySet<number>;
  /** Sends that failed and were tried again. */
  readonly failures: number;
  /** Sends at once; resolves when all are acknowledged. */
  write(count: number): Promise<void>;
  /** Goes on at this rate until `close`. */
  start(ratePerSecond: number): void;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

export function createKafka(brokers: string, retries = 5): Kafka {
  return new Kafka({
    clientId: 'kill-test',
    brokers: [brokers],
    logLevel: logLevel.NOTHING,
    requestTimeout: 5_000,
    connectionTimeout: 1_000,
    retry: { initialRetryTime: 50, maxRetryTime: 400, retries },
  });
}

/** Creates the topic and its dead letters' topic, and registers the schema. */
export async function openWriter({ kafka, registry }: Addresses, topic: string, random: Random): Promise<Writer> {
  const client = createKafka(kafka);
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }] });
  await admin.disconnect();
  const schemas = new SchemaRegistry({ host: registry });
  const { id } = await schemas.register({ type: SchemaType.AVRO, schema }, { subject: `${topic}-value` });
  const producer = client.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent: true,
    maxInFlightRequests: 1,
    retry: { retries: 60 },
  });
  await producer.connect();
  return new TopicWriter(producer, topic, random, (reading) => schemas.encode(id, reading));
}

const batchRecords = 100;

class TopicWriter implements Writer {
  readonly acknowledged = new Set<number>();
  failures = 0;
  readonly #producer: Producer;
  readonly #topic: string;
  readonly #random: Random;
  readonly #encode: Encode;
  readonly #closing = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #next = 1;

  constructor(producer: Producer, topic: string, random: Random, encode: Encode) {
    this.#producer = producer;
    this.#topic = topic;
    this.#random = random;
    this.#encode = encode;
  }

  async write(count: number): Promise<void> {
    for (let left = count; left > 0; left -= batchRecords) await this.#send(Math.min(left, batchRecords));
  }

  start(ratePerSecond: number): void {
    const pauseMs = (1_000 * batchRecords) / ratePerSecond;
    this.#running = (async () => {
      while (!this.#closing.signal.aborted) {
        await this.#send(batchRecords);
        await delay(pauseMs, undefined, { signal: this.#closing.signal }).catch(() => {});
      }
    })();
    this.#running.catch(() => {});
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    await this.#producer.disconnect();
  }

  async #send(count: number): Promise<void> {
    const messages: Message[] = [];
    for (let made = 0; made < count; made++) {
      messages.push(await makeMessage(this.#next++, this.#random, this.#encode));
    }
    const deadline = Date.now() + 60_000;
    for (;;) {
      try {
        await this.#producer.send({ topic: this.#topic, messages });
        break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        this.failures += 1;
        await delay(100);
      }
    }
    for (const { seq } of messages) this.acknowledged.add(seq);
  }
}
