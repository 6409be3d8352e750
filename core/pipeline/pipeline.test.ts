import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadOptions, openFetcher } from '#core/kafka/fetch.ts';
import { RecordCursor } from '#core/kafka/protocol/record-batch.ts';
import { OrdersTopic, openWorld, rowsOf, runToEnd, startPipeline, type World } from './test-world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

const ordersTopic = (name: string): Promise<OrdersTopic> => new OrdersTopic(world, name).open();
const order = (id: number, customer = `customer ${id}`, amount: number | null = id / 2) => ({ id, customer, amount });

test('every record becomes a row, the last writer of a key wins, a tombstone deletes', async () => {
  const topic = await ordersTopic('orders');
  await topic.send(...Array.from({ length: 500 }, (_, id) => topic.order(order(id))));
  await topic.send(
    topic.order(order(7, 'again')),
    topic.tombstone(8),
    topic.tombstone(9),
    topic.order(order(9, 'back', null)),
  );
  expect(await runToEnd(world, { topic: 'orders' })).toEqual({ read: 504, written: 502, deleted: 2, deadLettered: 0 });
  const rows = await rowsOf(world, 'orders');
  expect(rows).toHaveLength(499);
  expect(rows.slice(7, 9)).toEqual([
    { id: '7', customer: 'again', amount: 3.5 },
    { id: '9', customer: 'back', amount: null },
  ]);
});

test('it goes on where it stopped, also when its Kafka group never existed', async () => {
  const topic = await ordersTopic('resumed');
  await topic.send(...Array.from({ length: 50 }, (_, id) => topic.order(order(id))));
  expect(await runToEnd(world, { topic: 'resumed' })).toMatchObject({ read: 50 });
  expect(await runToEnd(world, { topic: 'resumed' })).toMatchObject({ read: 0 });
  await topic.send(topic.order(order(50)));
  expect(await runToEnd(world, { topic: 'resumed' })).toMatchObject({ read: 1, written: 1 });
  expect(await runToEnd(world, { topic: 'resumed', name: 'another' })).toMatchObject({ read: 51 });
});

test('what can not be decoded becomes a dead letter with its bytes, key and headers', async () => {
  const topic = await ordersTopic('poisoned');
  const headers = [
    { name: 'trace', value: Buffer.from([1, 2]) },
    { name: 'trace', value: null },
  ];
  const poison = { partition: 0, key: null, value: Buffer.from('no avro'), headers };
  await topic.send(topic.order(order(1)), poison, topic.order(order(2)), {
    ...poison,
    value: Buffer.from([0, 0, 0, 99, 99, 1]),
  });
  expect(await runToEnd(world, { topic: 'poisoned' })).toEqual({ read: 4, written: 2, deleted: 0, deadLettered: 2 });
  const [letter] = await lettersOf('poisoned.dead');
  expect(letter).toMatchObject({ key: null, value: 'no avro' });
  expect(letter!.headers.slice(0, 2)).toEqual([
    ['trace', '\u0001\u0002'],
    ['trace', null],
  ]);
  const reasons = Object.fromEntries(letter!.headers.slice(2));
  expect(reasons['__connect.errors.topic']).toBe('poisoned');
  expect(reasons['__connect.errors.partition']).toBe('0');
  expect(reasons['__connect.errors.exception.message']).toMatch('no Confluent header');
});

test('dead letters keep their bytes when their batch begins in the middle of a chunk', async () => {
  const topic = await ordersTopic('middle');
  const poison = Array.from({ length: 25 }, (_, id) => ({
    partition: 0,
    key: null,
    value: Buffer.from(`poison ${id}`),
  }));
  const rows = Array.from({ length: 12 }, (_, id) => ({ ...topic.order(order(id)), partition: 0 }));
  await topic.send(...rows, ...poison);
  const counts = await runToEnd(world, { topic: 'middle', batchRows: 10 });
  expect(counts).toEqual({ read: 37, written: 12, deleted: 0, deadLettered: 25 });
  expect((await lettersOf('middle.dead')).map(({ value }) => value)).toEqual(poison.map(({ value }) => String(value)));
});

test('a row that Postgres refuses is found and set aside, all others of its batch are written', async () => {
  const topic = await ordersTopic('refused');
  const customers = Array.from({ length: 90 }, (_, id) => (id % 40 === 13 ? `nul \0 byte ${id}` : `customer ${id}`));
  await topic.send(...customers.map((customer, id) => topic.order(order(id, customer))));
  expect(await runToEnd(world, { topic: 'refused' })).toEqual({ read: 90, written: 88, deleted: 0, deadLettered: 2 });
  const rows = await rowsOf(world, 'refused');
  expect(rows.map(({ id }) => Number(id))).toEqual(
    customers
      .keys()
      .filter((id) => id % 40 !== 13)
      .toArray(),
  );
  expect(await lettersOf('refused.dead')).toHaveLength(2);
});

test('records of an older and a newer schema are read as Avro resolves them', async () => {
  const topic = await ordersTopic('evolved');
  const before = topic.order(order(1));
  await topic.evolve();
  await topic.send(before, topic.order({ ...order(2), currency: 'EUR' }));
  await runToEnd(world, { topic: 'evolved' });
  expect((await rowsOf(world, 'evolved')).map(({ currency }) => currency)).toEqual(['USD', 'EUR']);
});

test('it waits for a topic that does not exist yet', async () => {
  const pipeline = startPipeline(world, { topic: 'later', untilEnd: false });
  await vi.waitFor(
    () => expect(pipeline).toMatchObject({ state: 'waiting', error: { code: 'NOT_FOUND', object: 'later' } }),
    15_000,
  );
  const topic = await ordersTopic('later');
  await topic.send(topic.order(order(1)));
  await vi.waitFor(() => expect(pipeline.progress()?.written).toBe(1n), { timeout: 20_000 });
  await pipeline.close();
  expect(pipeline.state).toBe('stopped');
});

test('a second instance takes over and the first one ends without writing more', async () => {
  const topic = await ordersTopic('contested');
  const first = startPipeline(world, { topic: 'contested', untilEnd: false });
  await vi.waitFor(() => expect(first.state).toBe('running'), { timeout: 20_000 });
  const second = startPipeline(world, { topic: 'contested', untilEnd: false });
  await vi.waitFor(() => expect(second.state).toBe('running'), { timeout: 20_000 });
  await topic.send(topic.order(order(1)));
  await first.ended;
  expect(first).toMatchObject({ state: 'failed', error: { code: 'PIPELINE_FENCED', retryable: false } });
  await vi.waitFor(() => expect(second.progress()?.written).toBe(1n), 15_000);
  expect(first.progress()?.written).toBe(0n);
  await second.close();
});

test('a database that refuses connections is tried again, a definition that can not work is not', async () => {
  const topic = await ordersTopic('unreachable');
  await topic.send(topic.order(order(1)));
  const pipeline = startPipeline(world, { topic: 'unreachable', postgres: 'postgres://nobody@127.0.0.1:1/nothing' });
  await vi.waitFor(() => expect(pipeline).toMatchObject({ state: 'retrying', error: { code: 'SINK_UNREACHABLE' } }), {
    timeout: 10_000,
  });
  await pipeline.close();
  await world.database.query('CREATE TABLE unreachable (id text PRIMARY KEY)');
  const unfit = startPipeline(world, { topic: 'unreachable' });
  await unfit.ended;
  expect(unfit).toMatchObject({ state: 'failed', error: { code: 'PREFLIGHT_FAILED' } });
});

interface Letter {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Array<[name: string, value: string | null]>;
}

async function lettersOf(topic: string): Promise<Letter[]> {
  const { cluster } = world;
  const fetcher = openFetcher({ cluster, topic, positions: new Map([[0, 0n]]), signal: AbortSignal.timeout(10_000) });
  const letters: Letter[] = [];
  for (const chunk of (await fetcher.next()) ?? []) {
    const cursor = new RecordCursor();
    cursor.load(chunk.records, loadOptions(chunk));
    const text = (bytes: Uint8Array | null): string | null => bytes && Buffer.from(bytes).toString();
    while (cursor.next()) {
      const headers = cursor.headers().map(({ name, value }): [string, string | null] => [name, text(value)]);
      letters.push({
        key: text(cursor.key()),
        value: text(cursor.value()),
        headers,
      });
    }
  }
  await fetcher.close();
  return letters;
}
