/** A full disk, really full: the producer is told, nothing is damaged, and it goes on when there is room. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, expect, it } from 'vitest';
import { openBroker } from './broker.ts';

const mountPoint = mkdtempSync(join(tmpdir(), 'broker-full-'));
const isMounted = (() => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', mountPoint], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

afterAll(() => {
  if (isMounted) execFileSync('umount', [mountPoint]);
  rmdirSync(mountPoint);
});

it.skipIf(!isMounted)(
  'answers KAFKA_STORAGE_ERROR and recovers (skipped where tmpfs can not be mounted)',
  async () => {
    const dataDir = join(mountPoint, 'data');
    let broker = await openBroker({ dataDir });
    await broker.createTopic({ name: 'full', partitions: 1 });
    const kafka = () =>
      new Kafka({ brokers: [`${broker.host}:${broker.port}`], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
    let producer = kafka().producer();
    await producer.connect();
    const send = (value: string) => producer.send({ topic: 'full', messages: [{ value }] });
    const { bavail, bsize } = statfsSync(mountPoint);
    writeFileSync(join(mountPoint, 'ballast'), Buffer.alloc(bavail * bsize - 300_000));

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

    rmSync(join(mountPoint, 'ballast'));
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
