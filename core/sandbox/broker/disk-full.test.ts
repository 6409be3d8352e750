/** A full disk, really full: the producer is told, nothing is damaged, and it goes on when there is room. */
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { expect, test } from 'vitest';
import { fillDisk, mountSmallDisk } from '#core/workspace/test-small-disk.ts';
import { openBroker } from './broker.ts';

const disk = mountSmallDisk(4);

test.skipIf(disk === undefined)(
  'answers KAFKA_STORAGE_ERROR and recovers (lacks root when skipped)',
  async () => {
    const dataDir = join(disk!, 'data');
    let broker = await openBroker({ dataDir });
    await broker.createTopic({ name: 'full', partitions: 1 });
    const kafka = () =>
      new Kafka({ brokers: [`${broker.host}:${broker.port}`], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
    let producer = kafka().producer();
    await producer.connect();
    const send = (value: string) => producer.send({ topic: 'full', messages: [{ value }] });
    const makeRoom = fillDisk(disk!, 300_000);

    let stored = 0;
    const failed = await (async () => {
      for (;;) {
        try {
          await send('x'.repeat(50_000));
          stored++;
        } catch (error) {
          return error as { type?: string; cause?: { type?: string } };
        }
      }
    })();
    expect(failed.type ?? failed.cause?.type).toBe('KAFKA_STORAGE_ERROR');
    expect(stored).toBeGreaterThan(0);
    expect(broker.topics()[0]!.records).toBe(BigInt(stored));

    makeRoom();
    await send('room again');
    await producer.disconnect();
    await broker.close();
    broker = await openBroker({ dataDir });
    expect(broker.topics()[0]!.records).toBe(BigInt(stored + 1));
    producer = kafka().producer();
    await producer.connect();
    await send('after a restart');
    await producer.disconnect();
    await broker.close();
  },
  30_000,
);
