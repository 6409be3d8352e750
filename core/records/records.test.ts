/** What pages read of a topic, on the sandbox's own broker and registry. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { largestPageValue, type RecordPage, type TailPage } from '#core/contract/record.ts';
import type { TopicRow } from '#core/contract/topic.ts';
import { BrokerConnection } from '#core/kafka/broker-connection.ts';
import { browseRecords } from './browse.ts';
import { tailRecords } from './tail.ts';
import { TailCredits } from './tail-credits.ts';
import { numbered, openWorld, type World } from './test-world.ts';
import { watchTopics } from './topic-watch.ts';
import { readWholeRecord } from './whole-record.ts';

let world: World;
const never = new AbortController().signal;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const texts = ({ records }: RecordPage | TailPage): unknown[] => records.map(({ value }) => value.value);
const values = (from: number, count: number, step = 1): string[] =>
  Array.from({ length: count }, (_, index) => `value ${from + step * index}`);

describe('a page', () => {
  test('goes from the newest to the oldest and from the oldest to the newest, each record once', async () => {
    const topic = await world.topic('both-ways');
    await world.producer.send(topic, numbered(0, 250));
    const down: unknown[] = [];
    for (let page = await browse(topic, {}); ; page = await browse(topic, { before: page.older })) {
      down.push(...texts(page));
      if (page.older === undefined) break;
    }
    expect(down).toEqual(values(249, 250, -1));
    const up: unknown[] = [];
    for (
      let page = await browse(topic, { order: 'oldest' });
      ;
      page = await browse(topic, { order: 'oldest', after: page.newer })
    ) {
      up.push(...texts(page));
      if (page.newer === undefined) break;
    }
    expect(up).toEqual(values(0, 250));
  });

  test('at the end says where later records go on, also after a time and where partitions are empty', async () => {
    const topic = await world.topic('later');
    await world.producer.send(topic, numbered(0, 3));
    const last = await browse(topic, { order: 'oldest', since: 1_700_000_000_002n });
    expect([texts(last), last.newer]).toEqual([values(2, 1), undefined]);
    const nothing = await browse(topic, { order: 'oldest', after: last.end });
    expect([texts(nothing), nothing.end]).toEqual([[], last.end]);
    await world.producer.send(topic, numbered(3, 40));
    const later = await browse(topic, { order: 'oldest', after: last.end });
    expect(texts(later)).toEqual(values(3, 40));
    expect((await browse(topic, {})).end).toBeUndefined();
  });

  test('begins at a time, oldest first', async () => {
    const topic = await world.topic('from-a-time');
    await world.producer.send(topic, numbered(0, 90));
    const page = await browse(topic, { order: 'oldest', since: 1_700_000_000_040n });
    expect(texts(page)[0]).toBe('value 40');
    expect(texts(await browse(topic, { order: 'oldest', since: 1_800_000_000_000n }))).toEqual([]);
  });

  test('shows tombstones, and carries the beginning of what is large', async () => {
    const topic = await world.topic('large', 1);
    const text = `{"note":"${'x'.repeat(5_000_000)}","after":1}`;
    await world.producer.send(topic, [
      { key: Buffer.from('a'), value: Buffer.from(text) },
      { key: Buffer.from('a'), value: null },
    ]);
    const { records } = await browse(topic, {});
    expect(records[0]!.value).toMatchObject({ format: 'null', value: null });
    const { value, sizeBytes } = records[1]!;
    expect(value.isCut).toBe(true);
    expect(sizeBytes).toBe(text.length + 1);
    const { note } = value.value as { note: string };
    expect(note.length).toBeGreaterThan(largestPageValue / 2);
    expect(note.length).toBeLessThanOrEqual(largestPageValue);
    const whole = await readWholeRecord(world.environment, { topic, partition: 0, offset: 0n }, never);
    expect(whole.valueBytes).toHaveLength(text.length);
    expect(whole.record.value.value).toMatchObject({ note: 'x'.repeat(5_000_000), after: 1 });
    await expect(readWholeRecord(world.environment, { topic, partition: 0, offset: 9n }, never)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      object: 'large-0@9',
    });
  });

  function browse(topic: string, more: Partial<Parameters<typeof browseRecords>[1]>): Promise<RecordPage> {
    return browseRecords(world.environment, { topic, limit: 40, signal: never, ...more });
  }
});

describe('a tail', () => {
  test('shows what is written, says where it goes on, and leaves nothing out in a pause', async () => {
    const topic = await world.topic('tail');
    await world.producer.send(topic, numbered(0, 10));
    const first = follow(topic);
    await first.until(() => first.pages.length > 0);
    await world.producer.send(topic, numbered(10, 5));
    await first.until(() => first.records().length >= 5);
    expect(first.records()).toEqual(values(14, 5, -1));
    const { next } = first.pages.at(-1)!;
    await first.end();
    await world.producer.send(topic, numbered(15, 3));
    const second = follow(topic, next);
    await second.until(() => second.records().length >= 3);
    expect(second.records()).toEqual(values(17, 3, -1));
    await second.end();
  });

  test('shows the newest of a rush and counts the others', async () => {
    const topic = await world.topic('rush');
    const tail = follow(topic);
    await tail.until(() => tail.pages.length > 0);
    const startedAt = performance.now();
    for (let batch = 0; batch < 40; batch++) await world.producer.send(topic, numbered(batch * 1_000, 1_000));
    await tail.until(() => tail.total() >= 40_000);
    const seconds = (performance.now() - startedAt) / 1_000;
    expect(tail.total()).toBe(40_000);
    expect(tail.pages.every(({ records }) => records.length <= 200)).toBe(true);
    expect(tail.pages.some(({ leftOut }) => leftOut > 0)).toBe(true);
    expect(tail.pages.some(({ perSecond }) => perSecond > 1_000)).toBe(true);
    expect(tail.pages.length).toBeLessThanOrEqual(seconds * 10 + 3);
    expect(tail.records()[0]).toBe('value 39999');
    await tail.end();
  });

  test('asks the broker nothing once it is left', async () => {
    const topic = await world.topic('left');
    const sent = vi.spyOn(BrokerConnection.prototype, 'send');
    const tail = follow(topic);
    await tail.until(() => sent.mock.calls.length > 1);
    await tail.end();
    const asked = sent.mock.calls.length;
    await world.producer.send(topic, numbered(0, 50));
    const produced = sent.mock.calls.length - asked;
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(sent.mock.calls.length - asked).toBe(produced);
    expect(tail.records()).toEqual([]);
    sent.mockRestore();
  });

  test('waits for a caller that has not taken its pages', async () => {
    const topic = await world.topic('slow');
    const credits = new TailCredits();
    credits.open('slow');
    const pages: TailPage[] = [];
    const ending = new AbortController();
    const { signal } = ending;
    const reading = (async () => {
      const whenReady = (ended: AbortSignal) => credits.whenReady('slow', ended);
      for await (const page of tailRecords(world.environment, { topic, signal, whenReady })) {
        credits.sent('slow');
        pages.push(page);
      }
    })();
    await vi.waitFor(() => expect(pages).toHaveLength(1));
    const sent = vi.spyOn(BrokerConnection.prototype, 'send');
    for (let batch = 0; batch < 5; batch++) {
      const before = sent.mock.calls.length;
      await world.producer.send(topic, numbered(batch * 100, 100));
      // The batch itself, the fetch that brings it and the one after that.
      await vi.waitFor(() => expect(sent.mock.calls.length).toBeGreaterThanOrEqual(before + 3));
    }
    sent.mockRestore();
    expect(pages).toHaveLength(2);
    credits.taken('slow');
    await vi.waitFor(() => expect(pages).toHaveLength(3));
    expect(pages.reduce((sum, { records, leftOut }) => sum + records.length + leftOut, 0)).toBe(500);
    ending.abort();
    await reading;
  });

  function follow(topic: string, from?: string) {
    const pages: TailPage[] = [];
    const ending = new AbortController();
    const reading = (async () => {
      for await (const page of tailRecords(world.environment, { topic, from, signal: ending.signal })) pages.push(page);
    })();
    reading.catch(() => {});
    return {
      pages,
      records: () => pages.toReversed().flatMap(texts),
      total: () => pages.reduce((sum, { records, leftOut }) => sum + records.length + leftOut, 0),
      until: (isThere: () => boolean) => vi.waitFor(() => expect(isThere()).toBe(true), { timeout: 20_000 }),
      async end() {
        ending.abort();
        await reading;
      },
    };
  }
});

test('the list names topics first, then counts, sizes, times, schemas and rates', async () => {
  const topic = await world.topic('listed');
  await world.producer.send(topic, numbered(0, 30));
  await world.registry.value('POST', '/subjects/listed-value/versions', { schema: '{"type":"string"}' });
  const ending = new AbortController();
  const rows = new Map<string, TopicRow>();
  let messages = 0;
  const watching = (async () => {
    for await (const { topics, removed } of watchTopics(async () => world.environment, ending.signal)) {
      if (messages++ === 0)
        expect(topics.find(({ name }) => name === topic)).toEqual({ name: topic, internal: false, partitions: 2 });
      for (const row of topics) rows.set(row.name, row);
      for (const name of removed) rows.delete(name);
    }
  })();
  watching.catch(() => {});
  await vi.waitFor(
    () =>
      expect(rows.get(topic)).toMatchObject({
        records: 30n,
        bytes: expect.any(BigInt),
        lastRecordAt: 1_700_000_000_029n,
        schema: { subject: 'listed-value', type: 'AVRO', version: 1 },
      }),
    { timeout: 10_000 },
  );
  await vi.waitFor(() => expect(rows.get(topic)?.perSecond).toBe(0), { timeout: 10_000 });
  await world.producer.send(topic, numbered(30, 60));
  await vi.waitFor(() => expect(rows.get(topic)?.perSecond).toBeGreaterThan(10), { timeout: 10_000 });
  expect(rows.get(topic)?.records).toBe(90n);
  ending.abort();
  await watching;
});
