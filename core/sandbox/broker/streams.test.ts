/**
 * Java's Kafka Streams with exactly_once_v2, killed in the middle: every record is in the output once, every count is right.
 *
 * Needs Java and Maven, which fetches Streams once into the system's temporary folder.
 */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  Admin,
  Consumer,
  FetchIsolationLevels,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka';
import { afterAll, expect, test } from 'vitest';
import { address, withBroker } from './test-broker.ts';

const program = join(import.meta.dirname, '../../../test/foreign/streams');
const jars = join(tmpdir(), 'mercury-test-kafka-streams-4.3.1');
const lacking = [
  ['java', '-version'],
  ['mvn', '-version'],
].filter(([command, flag]) => spawnSync(command!, [flag!]).status !== 0);

withBroker();

const folder = mkdtempSync(join(tmpdir(), 'streams-'));
let streams: ChildProcess | undefined;

afterAll(() => {
  streams?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** False when Maven can't fetch them. */
async function fetchJars(): Promise<boolean> {
  if (existsSync(join(jars, 'kafka-streams-4.3.1.jar'))) return true;
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${jars}`];
  return promisify(execFile)('mvn', ['-q', '-B', '-f', join(program, 'pom.xml'), ...goal]).then(
    () => true,
    () => false,
  );
}

function start(): void {
  const source = join(program, 'Shout.java');
  streams = spawn('java', ['-Xmx256m', '-cp', `${jars}/*`, source, address(), folder], {
    stdio: 'ignore',
  });
}

/** What a reader of committed records gets of a topic that grows, until closed. */
async function follow(topic: string) {
  const consumer = new Consumer({
    clientId: 'test',
    groupId: `test-${topic}`,
    bootstrapBrokers: [address()],
    deserializers: stringDeserializers,
    maxWaitTime: 100,
  });
  const stream = await consumer.consume({
    topics: [topic],
    mode: 'earliest',
    isolationLevel: FetchIsolationLevels.READ_COMMITTED,
  });
  const records: { readonly key: string; readonly value: string }[] = [];
  stream.on('data', ({ key, value }) => records.push({ key, value }));
  return { records, close: () => consumer.close(true) };
}

test.skipIf(lacking.length > 0)(
  'Kafka Streams, exactly_once_v2, killed once (skipped without Java and Maven)',
  async ({ skip }) => {
    if (!(await fetchJars())) skip('Maven could not fetch kafka-streams');
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [address()] });
    await admin.createTopics({ topics: ['streams-in', 'streams-out', 'streams-counts'], partitions: 2, replicas: 1 });
    await admin.close();
    const producer = new Producer({ clientId: 'test', bootstrapBrokers: [address()], serializers: stringSerializers });
    const send = (from: number, to: number) =>
      producer.send({
        messages: Array.from({ length: to - from }, (_, i) => ({
          topic: 'streams-in',
          key: `k${(from + i) % 10}`,
          value: `v${from + i}`,
        })),
      });
    const out = await follow('streams-out');
    const counts = await follow('streams-counts');
    await send(0, 2_000);
    start();
    await expect.poll(() => out.records.length, { timeout: 60_000 }).toBeGreaterThan(0);
    for (let from = 2_000; from < 4_000; from += 100) await send(from, from + 100);
    const gone = once(streams!, 'exit');
    streams!.kill('SIGKILL');
    await gone;
    await send(4_000, 5_000);
    start();
    await expect.poll(() => out.records.length, { timeout: 90_000 }).toBeGreaterThanOrEqual(5_000);
    const latest = () => [...new Map(counts.records.map(({ key, value }) => [key, value])).values()];
    await expect.poll(latest, { timeout: 30_000 }).toEqual(Array.from({ length: 10 }, () => '500'));
    const values = out.records.map(({ value }) => value);
    expect(values).toHaveLength(5_000);
    expect(new Set(values).size).toBe(5_000);
    await Promise.all([out.close(), counts.close(), producer.close()]);
  },
  240_000,
);
