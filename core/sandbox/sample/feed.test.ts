import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import type { Admin } from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBroker } from '../broker/broker.ts';
import { openRegistry } from '../registry/registry.ts';
import { type Feed, type FeedOptions, loadFlights, openFeed } from './feed.ts';
import { createKafka } from './flight-producer.ts';
import { readFlights } from './flights.ts';
import { countStored, receive as receiveFrom, removeTopic, type Target, targets } from './test-target.ts';

for (const target of targets) {
  describe.skipIf(target.lacks !== '')(`feed on ${target.name}${target.lacks}`, () => testFeed(target));
}

it('goes on once its Kafka is back', { timeout: 60_000 }, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'feed-'));
  const log: string[] = [];
  let broker = await openBroker({ dataDir: dir });
  const registry = await openRegistry({ dataDir: join(dir, 'registry') });
  const { port } = broker;
  const feed = await openFeed({
    kafka: `127.0.0.1:${port}`,
    registry: registry.url,
    ratePerSecond: 500,
    log: (line) => log.push(line),
  });
  await expect.poll(() => feed.sent).toBeGreaterThan(100);
  await broker.close();
  await expect.poll(() => log.join(), { timeout: 10_000 }).toMatch(/waits 250 ms: the feed can't reach Kafka/);
  const before = feed.sent;
  broker = await openBroker({ dataDir: dir, port });
  await expect.poll(() => feed.sent, { timeout: 20_000 }).toBeGreaterThan(before + 100);
  await feed.close();
  await registry.close();
  await broker.close();
  await rm(dir, { recursive: true });
});

it('lets go of Kafka while it has nothing to send, and goes on', { timeout: 60_000 }, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'feed-'));
  const broker = await openBroker({ dataDir: dir });
  const registry = await openRegistry({ dataDir: join(dir, 'registry') });
  const feed = await openFeed({ kafka: `127.0.0.1:${broker.port}`, registry: registry.url, ratePerSecond: 500 });
  await expect.poll(() => feed.sent).toBeGreaterThan(100);
  const sockets = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
  const connected = sockets();
  feed.setRate(0);
  // The client's end and the broker's, which is in this process too.
  await expect.poll(sockets, { timeout: 10_000 }).toBeLessThanOrEqual(connected - 2);
  const before = feed.sent;
  feed.setRate(500);
  await expect.poll(() => feed.sent).toBeGreaterThan(before + 100);
  await feed.close();
  await registry.close();
  await broker.close();
  await rm(dir, { recursive: true });
});

it('says that Kafka does not answer', { timeout: 30_000 }, async () => {
  const loading = loadFlights({ kafka: '127.0.0.1:1', registry: 'http://127.0.0.1:1' });
  await expect(loading).rejects.toMatchObject({ code: 'KAFKA_UNREACHABLE', object: '127.0.0.1:1', retryable: true });
});

function testFeed(target: Target): void {
  let server: Awaited<ReturnType<Target['open']>>;
  let registry: SchemaRegistry;
  let admin: Admin;
  let options: FeedOptions & { topic: string };
  const feeds: Feed[] = [];

  beforeAll(async () => {
    server = await target.open();
    registry = new SchemaRegistry({ host: server.registry });
    admin = createKafka(server.kafka).admin();
    await admin.connect();
  });
  afterAll(async () => {
    await admin.disconnect();
    await server.close();
  });
  beforeEach(() => {
    const { kafka, registry } = server;
    options = { kafka, registry, topic: `flights-test-${process.pid}-${Date.now()}` };
  });
  afterEach(async () => {
    await Promise.all(feeds.splice(0).map((feed) => feed.close()));
    await removeTopic(admin, server.registry, options.topic);
  });

  async function open(more: Partial<FeedOptions> = {}): Promise<Feed> {
    const feed = await openFeed({ ...options, ...more });
    feeds.push(feed);
    return feed;
  }

  const stored = () => countStored(admin, options.topic);
  const receive = (count: number) => receiveFrom(server.kafka, options.topic, count);

  it('loads every flight once, as Avro that a registry client reads', { timeout: 120_000 }, async () => {
    const startedAt = Date.now();
    const progress: number[] = [];
    const result = await loadFlights({
      ...options,
      onProgress: (sent, total) => {
        expect(total).toBe(336_776);
        progress.push(sent);
      },
    });
    expect(result).toMatchObject({ sent: 336_776, topic: options.topic });
    expect(progress.at(-1)).toBe(336_776);
    expect(await stored()).toBe(336_776);

    const received = await receive(336_776);
    expect(received).toHaveLength(336_776);
    expect(new Set(received.map((record) => record.key)).size).toBe(336_776);
    expect(new Set(received.map((record) => record.partition))).toEqual(new Set([0, 1, 2, 3]));
    expect(received.every(({ value }) => value?.[0] === 0 && value.readInt32BE(1) === result.schemaId)).toBe(true);
    expect(received.every(({ timestamp }) => timestamp >= startedAt - 1000 && timestamp <= Date.now() + 1000)).toBe(
      true,
    );

    const byKey = new Map(received.map((record) => [record.key, record.value]));
    for await (const flights of readFlights()) {
      const flight = flights[7]!;
      expect(await registry.decode(byKey.get(String(flight.flight_id))!)).toEqual(flight);
    }
  });

  it('stops a load that is cancelled', async () => {
    const cancel = new AbortController();
    const load = loadFlights({ ...options, signal: cancel.signal, onProgress: () => cancel.abort() });
    await expect(load).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await stored()).toBeLessThan(20_000);
  });

  it('feeds at a rate, pauses, and goes on after a restart where it stopped', { timeout: 60_000 }, async () => {
    let reached = Promise.withResolvers<void>();
    let goal = 100;
    const onProgress = (sent: number) => {
      if (sent >= goal) reached.resolve();
    };
    const startedMs = performance.now();
    const first = await open({ ratePerSecond: 200, onProgress });
    await reached.promise;
    expect(performance.now() - startedMs).toBeGreaterThan(300);
    first.pause();
    expect(first.isPaused).toBe(true);
    reached = Promise.withResolvers();
    goal = first.sent + 300;
    first.setRate(5_000);
    expect(first.ratePerSecond).toBe(5_000);
    first.resume();
    await reached.promise;
    await first.close();
    const { sent } = first;
    expect(await stored()).toBe(sent);

    reached = Promise.withResolvers();
    goal = 1;
    const second = await open({ ratePerSecond: 100, onProgress });
    await reached.promise;
    await second.close();
    const received = await receive(sent + second.sent);
    const ids = received.map((record) => Number(record.key)).sort((a, b) => a - b);
    expect(ids).toEqual(Array.from({ length: sent + second.sent }, (_, id) => id));
  });

  it('closes when its signal says so, also while it is paused', async () => {
    const cancel = new AbortController();
    const feed = await open({ ratePerSecond: 0, signal: cancel.signal });
    cancel.abort();
    await feed.close();
    expect(feed.sent).toBe(0);
    expect(() => feed.setRate(-1)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  it('says that the registry does not answer', { timeout: 30_000 }, async () => {
    const opening = openFeed({ ...options, registry: 'http://127.0.0.1:1' });
    await expect(opening).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE', object: 'http://127.0.0.1:1' });
  });
}
