/**
 * kill −9 of the sandbox right after an acknowledgement: records, a schema and a row that were acknowledged are there
 * afterwards, on the same ports. `KILL_COUNT` makes more of them; the broker alone is killed more often by its own tests.
 */
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tell } from './random.ts';
import { readTopic } from './read-topic.ts';
import { openWorld, type World } from './world.ts';
import { createKafka } from './writer.ts';

const count = Number(process.env.KILL_COUNT ?? 20);
const topic = 'durable';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

const subjectOf = (round: number): string => `round-${round}-value`;

/** Kills as soon as all three have said yes, with more records under way. */
async function writeAndKill(round: number, acknowledged: Set<string>): Promise<void> {
  const { kafka, registry } = world.addresses;
  const database = await world.openDatabase();
  const producer = createKafka(kafka, 0).producer();
  await producer.connect();
  const send = async (part: number): Promise<void> => {
    const values = Array.from({ length: 20 }, (_, index) => `${round}/${part}/${index}`);
    await producer.send({ topic, messages: values.map((value) => ({ key: value, value })) });
    for (const value of values) acknowledged.add(value);
  };
  const schema = JSON.stringify({ type: 'record', name: 'Row', fields: [{ name: `round_${round}`, type: 'int' }] });
  await Promise.all([
    send(0),
    database.query('INSERT INTO durable VALUES ($1)', [round]),
    new SchemaRegistry({ host: registry }).register({ type: SchemaType.AVRO, schema }, { subject: subjectOf(round) }),
  ]);
  const underWay = [send(1), send(2), send(3)];
  await Promise.race(underWay);
  const killed = world.killSandbox();
  await Promise.allSettled(underWay);
  await killed;
  await producer.disconnect().catch(() => {});
}

test(`${count} kills right after an acknowledgement`, { timeout: 60_000 + count * 10_000 }, async () => {
  const acknowledged = new Set<string>();
  const admin = createKafka(world.addresses.kafka).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 4 }] });
  await admin.disconnect();
  await (await world.openDatabase()).query('CREATE TABLE durable (round int PRIMARY KEY)');
  const before = world.addresses;
  for (let round = 0; round < count; round++) {
    await writeAndKill(round, acknowledged);
    await world.startSandbox();
  }
  expect(world.addresses).toEqual(before);
  const { records } = await readTopic(world.addresses.kafka, topic);
  const present = records.map(({ value }) => String(value));
  tell(`${count} kills of the sandbox, ${acknowledged.size} records acknowledged, ${present.length} there`);
  expect(acknowledged.size).toBeGreaterThanOrEqual(count * 40);
  expect(new Set(present).size).toBe(present.length);
  expect([...acknowledged.difference(new Set(present))]).toEqual([]);
  const { rows } = await (await world.openDatabase()).query('SELECT round FROM durable ORDER BY round');
  expect(rows).toEqual(Array.from({ length: count }, (_, round) => ({ round })));
  const subjects = (await (await fetch(`${world.addresses.registry}/subjects`)).json()) as string[];
  expect(subjects.toSorted()).toEqual(Array.from({ length: count }, (_, round) => subjectOf(round)).toSorted());
});
