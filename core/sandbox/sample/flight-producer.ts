/**
 * The part of the sample feed that talks to Kafka and the registry, written as a user's service would be: kafkajs and
 * @kafkajs/confluent-schema-registry, nothing of ours. It shows that such a service works against the sandbox unchanged.
 */
import './quiet-kafkajs.ts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { type ITopicConfig, Kafka, logLevel, Partitioners, type Producer, type ProducerRecord } from 'kafkajs';
import { WorkbenchError } from '#core/contract/errors.ts';
import { type Flight, sampleDataDir } from './flights.ts';

export const defaultTopic = 'flights';
const partitions = 4;
/** Longer than the pauses of the slowest rates one would watch. */
const idleMs = 2_000;

export interface FlightProducerOptions {
  /** `host:port`, several separated by commas. */
  readonly kafka: string;
  /** The registry's address, with its path where it has one. */
  readonly registry: string;
  /** Created with 4 partitions if missing; `flights` unless given. */
  readonly topic?: string | undefined;
  readonly dataDir?: string | undefined;
  /** How often kafkajs itself tries a failed send again. */
  readonly retries: number;
}

export interface FlightProducer {
  readonly topic: string;
  readonly schemaId: number;
  /** Records ever sent to the topic, by the end offsets of its partitions when the producer was opened. */
  readonly sentBefore: number;
  /** Resolves once every in-sync replica has the records. Throws `KAFKA_UNREACHABLE` or `KAFKA_REJECTED`. */
  send(flights: readonly Flight[]): Promise<void>;
  close(): Promise<void>;
}

/** Creates the topic, registers the schema under `<topic>-value` and connects. */
export async function openFlightProducer(options: FlightProducerOptions): Promise<FlightProducer> {
  const topic = options.topic ?? defaultTopic;
  const kafka = createKafka(options.kafka);
  const sentBefore = await wrapKafka(options.kafka, () => createTopic(kafka, { topic, numPartitions: partitions }));
  const registry = new SchemaRegistry({ host: options.registry });
  const schema = await readFile(join(options.dataDir ?? sampleDataDir, 'flight.avsc'), 'utf8');
  const schemaId = await registerSchema(registry, options.registry, `${topic}-value`, schema);
  const producer = new RestingProducer(await wrapKafka(options.kafka, () => connectProducer(kafka, options.retries)));
  return {
    topic,
    schemaId,
    sentBefore,
    async send(flights) {
      // Sent at once, timestamped now by kafkajs. The key is an int64 as decimal text.
      const messages = await Promise.all(
        flights.map(async (flight) => ({
          key: String(flight.flight_id),
          value: await registry.encode(schemaId, flight),
        })),
      );
      await wrapKafka(options.kafka, () => producer.send({ topic, messages }));
    },
    close: () => producer.close(),
  };
}

/**
 * Lets go of its connections while there is nothing to send: kafkajs 2.2.4 looks at the queue of each of them every
 * millisecond, which takes 4 % of a core for ever.
 */
class RestingProducer {
  readonly #producer: Producer;
  #rest: NodeJS.Timeout | undefined;
  /** Of the last call: connecting and disconnecting do not overlap. */
  #last: Promise<unknown> = Promise.resolve();
  #isConnected = true;

  constructor(producer: Producer) {
    this.#producer = producer;
  }

  send(record: ProducerRecord): Promise<void> {
    clearTimeout(this.#rest);
    const sent = this.#next(async () => {
      if (!this.#isConnected) await this.#producer.connect();
      this.#isConnected = true;
      await this.#producer.send(record);
    });
    const rest = (): void => {
      this.#rest = setTimeout(() => void this.close(), idleMs).unref();
    };
    sent.then(rest, rest);
    return sent;
  }

  close(): Promise<void> {
    clearTimeout(this.#rest);
    return this.#next(async () => {
      this.#isConnected = false;
      await this.#producer.disconnect();
    });
  }

  #next(call: () => Promise<void>): Promise<void> {
    const next = this.#last.then(call);
    this.#last = next.catch(() => {});
    return next;
  }
}

export function createKafka(brokers: string): Kafka {
  return new Kafka({
    clientId: 'mercury-sample-feed',
    brokers: brokers.split(','),
    // An address where nothing answers is reported after about three seconds.
    retry: { initialRetryTime: 200, retries: 3 },
    requestTimeout: 10_000,
    // What it would log, a dozen lines for each failed connection, comes as one error to the caller too.
    logLevel: logLevel.NOTHING,
  });
}

export async function connectProducer(kafka: Kafka, retries: number): Promise<Producer> {
  const producer = kafka.producer({
    // Named because kafkajs warns otherwise: this one places a key where Java's clients place it.
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { retries },
  });
  await producer.connect();
  return producer;
}

/** Creates the topic if it is missing and answers with the sum of its end offsets. */
export async function createTopic(kafka: Kafka, config: ITopicConfig): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createTopics({ topics: [config], waitForLeaders: true });
    const offsets = await admin.fetchTopicOffsets(config.topic);
    return offsets.reduce((sum, { high }) => sum + Number(high), 0);
  } finally {
    await admin.disconnect();
  }
}

/** The id of the schema under `subject`, registered where it is new. */
export async function registerSchema(
  registry: SchemaRegistry,
  address: string,
  subject: string,
  schema: string,
): Promise<number> {
  const confluentSchema = { type: SchemaType.AVRO, schema } as const;
  try {
    const { id } = await registry.register(confluentSchema, { subject, compatibility: COMPATIBILITY.BACKWARD });
    return id;
  } catch (error) {
    throw registryError(error, address, subject);
  }
}

/** Errors of kafkajs as ours. */
export async function wrapKafka<T>(address: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw kafkaError(error, address);
  }
}

function kafkaError(error: unknown, address: string): WorkbenchError {
  if (isUnreachable(error)) {
    return new WorkbenchError(
      'KAFKA_UNREACHABLE',
      `the feed can't reach Kafka at ${address}: ${(error as Error).message}`,
      {
        object: address,
        nextStep: 'Start Kafka or correct the address.',
        retryable: true,
        cause: error,
      },
    );
  }
  return new WorkbenchError('KAFKA_REJECTED', `Kafka refused what the feed sent: ${(error as Error).message}`, {
    object: address,
    cause: error,
  });
}

/** kafkajs wraps the error that says so, once or twice. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return /Connection|BrokerNotFound|Timeout/.test(error.name) || isUnreachable(error.cause);
}

function registryError(error: unknown, address: string, subject: string): WorkbenchError {
  const { status, message } = error as Error & { status?: number };
  // The client gives status 400 to a connection that failed.
  if (status === undefined || status >= 500 || /ECONN|ENOTFOUND|EAI_AGAIN|socket hang up|timeout/i.test(message)) {
    return new WorkbenchError('REGISTRY_UNREACHABLE', `the feed can't reach the registry at ${address}: ${message}`, {
      object: address,
      nextStep: 'Start the registry or correct the address.',
      retryable: true,
      cause: error,
    });
  }
  return new WorkbenchError('REGISTRY_REJECTED', `the registry refused the schema of ${subject}: ${message}`, {
    object: subject,
    cause: error,
  });
}
