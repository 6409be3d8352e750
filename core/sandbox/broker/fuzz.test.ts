/**
 * Malformed, truncated, huge and hostile requests: the connection is closed or Kafka's error is given, and the broker
 * goes on, with bounded memory and without a fault of its own.
 *
 * `FUZZ_RUNS` and `FUZZ_SEED` choose how much and which; the seed is printed.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { apis } from './apis.ts';
import { buildBatch } from './log/test-batch.ts';
import { broker, withBroker } from './test-broker.ts';

const numRuns = Number(process.env.FUZZ_RUNS ?? 300);
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000_000);

const lines: string[] = [];
withBroker({ log: (line) => lines.push(line) });

beforeAll(async () => {
  process.stdout.write(`fuzz seed ${seed}\n`);
  await broker.createTopic({ name: 't', partitions: 1 });
});

async function open(): Promise<Socket> {
  const socket = connect(broker.port, broker.host);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

function frame(body: Buffer, length = body.length): Buffer {
  const prefix = Buffer.alloc(4);
  prefix.writeInt32BE(length);
  return Buffer.concat([prefix, body]);
}

function header(key: number, version: number): Buffer {
  const bytes = Buffer.alloc(10);
  bytes.writeInt16BE(key, 0);
  bytes.writeInt16BE(version, 2);
  bytes.writeInt32BE(7, 4);
  bytes.writeInt16BE(-1, 8);
  const flexible = version >= (apis.find((api) => api.key === key)?.flexibleSince ?? 999);
  return flexible ? Buffer.concat([bytes, Buffer.from([0])]) : bytes;
}

/** Sends, says that no more will come, and waits until the broker has answered or closed. */
async function exchange(bytes: Buffer): Promise<Buffer> {
  const socket = await open();
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    socket.destroy();
  });
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  // Some requests are rightly kept waiting: a join, a fetch.
  const timer = setTimeout(() => socket.destroy(), 100);
  socket.write(bytes);
  await closed;
  clearTimeout(timer);
  return Buffer.concat(chunks);
}

async function expectAlive(): Promise<void> {
  const answer = await exchange(frame(header(18, 0)));
  expect(answer.readInt32BE(4)).toBe(7);
  expect(answer.readInt16BE(8)).toBe(0);
  const faults = lines.filter((line) => line.includes('\n    at '));
  expect(faults).toEqual([]);
}

const request = fc
  .constantFrom(...apis)
  .chain((api) => fc.tuple(fc.constant(api.key), fc.integer({ min: api.announcedMin, max: api.max })));

/** Bytes that look like small numbers, lengths and text rather than noise. */
const plausible = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(0, 1, 2, 3) },
      { weight: 2, arbitrary: fc.constantFrom(116, 255, 127, 128) },
      fc.nat(255),
    ),
    { maxLength: 120 },
  )
  .map((bytes) => Buffer.from(bytes));

describe(`hostile requests, seed ${seed}`, () => {
  test('survives random bodies of every API', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(request, plausible, async ([key, version], body) => {
        await exchange(frame(Buffer.concat([header(key, version), body])));
      }),
      { numRuns, seed },
    );
    await expectAlive();
  });

  test('survives noise and frames that lie about their length', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.integer(), async (bytes, length) => {
        await exchange(frame(Buffer.from(bytes), length));
      }),
      { numRuns: Math.ceil(numRuns / 5), seed },
    );
    await exchange(Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'));
    await expectAlive();
  });

  test('refuses arrays and strings longer than the request, without allocating them', async () => {
    const before = process.memoryUsage().rss;
    for (const api of apis) {
      for (let version = api.min; version <= api.max; version++) {
        const huge = Buffer.from([0x7f, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0xff, 0xff, 0xff]);
        await exchange(frame(Buffer.concat([header(api.key, version), huge])));
      }
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20);
    await expectAlive();
  }, 60_000);

  test('closes the connection of an unknown API or version', async () => {
    expect(await exchange(frame(header(999, 0)))).toHaveLength(0);
    expect(await exchange(frame(header(3, 99)))).toHaveLength(0);
    const versions = await exchange(frame(header(18, 99)));
    expect(versions.readInt16BE(8)).toBe(35);
  });

  test('stores no damaged batch', { timeout: 60_000 }, async () => {
    const batch = buildBatch([{ key: 'k', value: 'value' }]);
    const produce = (records: Buffer) => {
      const start = Buffer.from('ffff0001000003e80000000100017400000001000000000000', 'hex').subarray(0, 23);
      const length = Buffer.alloc(4);
      length.writeInt32BE(records.length);
      return frame(Buffer.concat([header(0, 3), start, length, records]));
    };
    const errorOf = (answer: Buffer) => answer.readInt16BE(4 + 4 + 4 + 3 + 4 + 4);
    expect(errorOf(await exchange(produce(batch)))).toBe(0);
    for (let i = 8; i < batch.length; i++) {
      if (i >= 12 && i < 16) continue;
      const damaged = Buffer.from(batch);
      damaged[i]! ^= 1 << (i % 8);
      expect(errorOf(await exchange(produce(damaged))), `byte ${i}`).not.toBe(0);
    }
    expect(broker.topics().find(({ name }) => name === 't')!.records).toBe(1n);
    await expectAlive();
  });

  test('holds no more than what has arrived of a large request', async () => {
    const before = process.memoryUsage().rss;
    const sockets = await Promise.all(Array.from({ length: 50 }, open));
    for (const socket of sockets) socket.write(frame(header(0, 3), 100_000_000));
    await expectAlive();
    expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20);
    for (const socket of sockets) socket.destroy();
  });
});
