/** What tests of the broker share: one for a whole file, on data of its own, and clients of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { afterAll, beforeAll } from 'vitest';
import { type Broker, type BrokerOptions, openBroker } from './broker.ts';

export let broker: Broker;
let options: BrokerOptions;

/** Called once, at the top of a test file. */
export function withBroker(more: Pick<BrokerOptions, 'log'> = {}): void {
  beforeAll(async () => {
    options = { dataDir: mkdtempSync(join(tmpdir(), 'broker-')), ...more };
    broker = await openBroker(options);
  });
  afterAll(async () => {
    await broker.close();
    rmSync(options.dataDir, { recursive: true });
  });
}

/** On the same data, at another port. */
export async function restart(): Promise<void> {
  await broker.close();
  broker = await openBroker(options);
}

export const address = (): string => `${broker.host}:${broker.port}`;

export function kafkajs(config: Partial<KafkaConfig> = {}): Kafka {
  return new Kafka({ clientId: 'test', brokers: [address()], logLevel: logLevel.NOTHING, ...config });
}
