/** For this folder's tests: the sandbox's broker and registry, the environment that pages read from, a producer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTopic } from '#core/kafka/admin.ts';
import { openProducer, type Producer, type ProducerRecord } from '#core/kafka/produce.ts';
import { openBroker } from '#core/sandbox/broker/broker.ts';
import { openTestRegistry, type TestRegistry } from '#core/sandbox/registry/test-registry.ts';
import { type Environment, openEnvironment } from './clusters.ts';

export interface World {
  readonly environment: Environment;
  readonly registry: TestRegistry;
  readonly producer: Producer;
  readonly brokers: readonly string[];
  /** Returns its name. Takes records of up to 8 MB. */
  topic(name: string, partitions?: number): Promise<string>;
  close(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mercury-records-'));
  const broker = await openBroker({ dataDir, autoCreateTopics: false });
  const registry = await openTestRegistry();
  const brokers = [`${broker.host}:${broker.port}`];
  const environment = await openEnvironment({
    name: 'test',
    kafka: { brokers },
    registry: { url: registry.url },
    postgres: undefined,
  });
  const producer = openProducer(environment.cluster);
  return {
    environment,
    registry,
    producer,
    brokers,
    async topic(name, partitions = 2) {
      await createTopic(environment.cluster, { name, partitions, config: { 'max.message.bytes': '8000000' } });
      return name;
    },
    async close() {
      await producer.close();
      await environment.cluster.close();
      await broker.close();
      await registry.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** `value 7` at its own time, alternately over two partitions. */
export function numbered(from: number, count: number, startMs = 1_700_000_000_000): ProducerRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    partition: (from + index) % 2,
    key: Buffer.from(String(from + index)),
    value: Buffer.from(`value ${from + index}`),
    timestampMs: startMs + from + index,
  }));
}
