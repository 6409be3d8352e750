/** Real clients, unchanged: kafkajs, @platformatic/kafka and librdkafka's kcat do a day's work on the broker. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';
import { describe, expect, test } from 'vitest';
import { address, kafkajs, restart, withBroker } from './test-broker.ts';

withBroker();

const run = promisify(execFile);
const hasKcat = (() => {
  try {
    execFileSync('kcat', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** Five records in two batches, one a second from 1,700,000,000 s on. */
async function sendAtSeconds(topic: string): Promise<void> {
  const producer = kafkajs().producer();
  await producer.connect();
  const at = (n: number) => ({ value: `t${n}`, timestamp: String(1_700_000_000_000 + n * 1000) });
  await producer.send({ topic, messages: [at(0), at(1), at(2)] });
  await producer.send({ topic, messages: [at(3), at(4)], compression: 1 });
  await producer.disconnect();
}

describe('kafkajs', () => {
  async function consume(topic: string, groupId: string, count: number): Promise<string[]> {
    const consumer = kafkajs().consumer({ groupId, maxWaitTimeInMs: 100 });
    const values: string[] = [];
    try {
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await new Promise<void>((resolve, reject) => {
        consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
        consumer
          .run({
            eachMessage: async ({ message }) => {
              values.push(String(message.value));
              if (values.length >= count) resolve();
            },
          })
          .catch(reject);
      });
    } finally {
      await consumer.disconnect();
    }
    return values;
  }

  test('creates, produces, consumes in a group, lists offsets, and reads again after a restart', async () => {
    const admin = kafkajs().admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'js', numPartitions: 3 }] });
    const producer = kafkajs().producer({ idempotent: true });
    await producer.connect();
    const messages = Array.from({ length: 30 }, (_, i) => ({
      key: `k${i}`,
      value: `v${i}`,
      headers: { n: String(i) },
    }));
    await producer.send({ topic: 'js', messages: messages.slice(0, 20), acks: -1 });
    await producer.disconnect();

    expect((await consume('js', 'js-group', 20)).sort()).toEqual(
      messages
        .slice(0, 20)
        .map((m) => m.value)
        .sort(),
    );
    const ends = await admin.fetchTopicOffsets('js');
    expect(ends.reduce((sum, { high }) => sum + Number(high), 0)).toBe(20);
    const committed = await admin.fetchOffsets({ groupId: 'js-group', topics: ['js'] });
    expect(committed[0]!.partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)).toBe(20);
    await admin.disconnect();

    await restart();
    const again = kafkajs().producer();
    await again.connect();
    await again.send({ topic: 'js', messages: messages.slice(20) });
    await again.disconnect();
    expect((await consume('js', 'js-group', 10)).sort()).toEqual(
      messages
        .slice(20)
        .map((m) => m.value)
        .sort(),
    );
    expect(await consume('js', 'js-group-2', 30)).toHaveLength(30);
  }, 30_000);

  test('finds an offset by time', async () => {
    await sendAtSeconds('js-time');
    const admin = kafkajs().admin();
    await admin.connect();
    const byTime = await admin.fetchTopicOffsetsByTimestamp('js-time', 1_700_000_003_500);
    await admin.disconnect();
    expect(byTime).toEqual([{ partition: 0, offset: '4' }]);
  }, 30_000);
});

describe('@platformatic/kafka', () => {
  test('creates, produces, consumes in a group, and lists offsets', async () => {
    const admin = new Admin({ clientId: 'pf', bootstrapBrokers: [address()] });
    await admin.createTopics({ topics: ['pf'], partitions: 2, replicas: 1 });
    const producer = new Producer({ clientId: 'pf', bootstrapBrokers: [address()], serializers: stringSerializers });
    const messages = Array.from({ length: 50 }, (_, i) => ({ topic: 'pf', key: `k${i}`, value: `v${i}` }));
    await producer.send({ messages });
    await producer.close();

    const options = { clientId: 'pf', groupId: 'pf-group', bootstrapBrokers: [address()] };
    const consumer = new Consumer({ ...options, deserializers: stringDeserializers });
    const stream = await consumer.consume({ topics: ['pf'], mode: 'earliest', autocommit: true });
    const values: string[] = [];
    for await (const message of stream) {
      values.push(message.value);
      if (values.length === messages.length) break;
    }
    const offsets = await consumer.listOffsets({ topics: ['pf'] });
    await consumer.close(true);
    await admin.close();
    expect(values.sort()).toEqual(messages.map(({ value }) => value).sort());
    expect(offsets.get('pf')!.reduce((sum, end) => sum + end, 0n)).toBe(50n);
  }, 30_000);
});

describe('@platformatic/kafka in the new group protocol', () => {
  test('shares the partitions, and goes on where it was after a restart', async () => {
    const admin = new Admin({ clientId: 'pf', bootstrapBrokers: [address()] });
    await admin.createTopics({ topics: ['pf-new'], partitions: 4, replicas: 1 });
    await admin.close();
    const values: string[] = [];
    const open = async () => {
      const options = { clientId: 'pf', groupId: 'pf-new', bootstrapBrokers: [address()], maxWaitTime: 100 };
      const consumer = new Consumer({
        ...options,
        groupProtocol: 'consumer',
        groupRemoteAssignor: 'uniform',
        deserializers: stringDeserializers,
      });
      const stream = await consumer.consume({ topics: ['pf-new'], mode: 'committed', fallbackMode: 'earliest' });
      stream.on('data', ({ value, commit }) => {
        values.push(value);
        void commit();
      });
      return consumer;
    };
    const send = async (from: number) => {
      const producer = new Producer({ clientId: 'pf', bootstrapBrokers: [address()], serializers: stringSerializers });
      const keys = Array.from({ length: 40 }, (_, i) => from + i);
      await producer.send({ messages: keys.map((n) => ({ topic: 'pf-new', key: `k${n}`, value: `v${n}` })) });
      await producer.close();
    };
    const consumers = await Promise.all([open(), open()]);
    await send(0);
    await expect.poll(() => new Set(values).size, { timeout: 25_000 }).toBe(40);
    await expect
      .poll(() => consumers.map(({ assignments }) => assignments?.flatMap((topic) => topic.partitions).length), {
        timeout: 20_000,
      })
      .toEqual([2, 2]);
    for (const consumer of consumers) await consumer.close(true);
    await restart();
    values.length = 0;
    await send(40);
    const again = await open();
    await expect.poll(() => new Set(values).size, { timeout: 20_000 }).toBe(40);
    await again.close(true);
  }, 60_000);
});

describe.skipIf(!hasKcat)('kcat (skipped where kcat is not installed)', () => {
  async function produce(topic: string, codec: string): Promise<readonly string[]> {
    const lines = Array.from({ length: 200 }, (_, i) => `key${i % 7}:value ${i}`);
    const child = spawn('kcat', ['-b', address(), '-P', '-t', topic, '-K:', '-z', codec, '-X', 'acks=all']);
    child.stdin.end(`${lines.join('\n')}\n`);
    await new Promise<void>((resolve, reject) => {
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`kcat: ${code}`))));
    });
    return lines;
  }

  test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])('produces with codec %s and consumes', async (codec) => {
    const topic = `kcat-${codec}`;
    const lines = await produce(topic, codec);
    const { stdout } = await run('kcat', ['-b', address(), '-C', '-t', topic, '-e', '-q', '-f', '%k:%s\n']);
    expect(stdout.trim().split('\n')).toEqual(lines);
  });

  test('consumes in a group', async () => {
    await produce('kcat-grouped', 'none');
    const group = ['-G', `kcat-group`, '-X', 'auto.offset.reset=earliest', '-e', '-q', 'kcat-grouped'];
    const { stdout } = await run('kcat', ['-b', address(), '-f', '%s\n', ...group]);
    expect(stdout.trim().split('\n')).toHaveLength(200);
  }, 20_000);

  test('asks for offsets by time', async () => {
    await sendAtSeconds('kcat-time');
    const { stdout } = await run('kcat', ['-b', address(), '-Q', '-t', 'kcat-time:0:1700000002500']);
    expect(stdout).toContain('kcat-time [0] offset 3');
  });
});
