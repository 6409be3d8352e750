import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import avro from 'avsc';
import type { Admin } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultKind, type FaultyResult, loadFaults } from './faults.ts';
import { createKafka } from './flight-producer.ts';
import { countStored, type Received, receive, removeTopic, type Target, targets } from './test-target.ts';

for (const target of targets) {
  describe.skipIf(target.lacks !== '')(`faults on ${target.name}${target.lacks}`, () => testFaults(target));
}

/** avsc with every long as a bigint, so that the test itself rounds nothing. */
const long = avro.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
});

// Not avsc's own `registry` option: the client would share it between schemas, and two of them have one name.
const typeHook = (schema: unknown) => (schema === 'long' ? long : undefined);

function testFaults(target: Target): void {
  const topic = `faulty-test-${process.pid}-${Date.now()}`;
  let server: Awaited<ReturnType<Target['open']>>;
  let admin: Admin;
  let registry: SchemaRegistry;
  let result: FaultyResult;
  let received: Received[];

  beforeAll(async () => {
    server = await target.open();
    admin = createKafka(server.kafka).admin();
    await admin.connect();
    registry = new SchemaRegistry({ host: server.registry }, { [SchemaType.AVRO]: { typeHook } });
    result = await loadFaults({ ...server, topic });
    received = await receive(server.kafka, topic, result.sent);
  }, 60_000);
  afterAll(async () => {
    await removeTopic(admin, server.registry, topic);
    await admin.disconnect();
    await server.close();
  });

  const planted = (kind: FaultKind) =>
    result.faults.filter((fault) => fault.kind === kind).map(({ offset }) => received[offset]!);

  it('stands at the offsets that data/README.md lists', () => {
    expect(received.map((record) => record.offset)).toEqual(Array.from({ length: 2_005 }, (_, offset) => offset));
    expect(result.faults).toEqual([
      { kind: 'not-avro', offset: 400 },
      { kind: 'beyond-2^53', offset: 701 },
      { kind: 'beyond-2^53', offset: 702 },
      { kind: 'tombstone', offset: 903 },
      { kind: 'new-schema', offset: 1_004 },
      { kind: 'large', offset: 1_504 },
    ]);
  });

  it('has one record that is no Avro, all others decode or are tombstones', async () => {
    const [poison] = planted('not-avro');
    expect(poison).toMatchObject({ key: 'written-by-hand' });
    expect(JSON.parse(poison!.value!.toString())).toMatchObject({ flight_id: 2_001 });
    await expect(registry.decode(poison!.value!)).rejects.toThrow();
    for (const { value } of received) {
      if (value !== null && value !== poison!.value) await registry.decode(value);
    }
  });

  it('has ids that a float64 can’t tell apart', async () => {
    const records = planted('beyond-2^53');
    const ids = await Promise.all(records.map(async ({ value }) => (await registry.decode(value!)).flight_id));
    expect(ids).toEqual([9007199254740992n, 9007199254740993n]);
    expect(records.map((record) => record.key)).toEqual(ids.map(String));
  });

  it('deletes a flight that came before', () => {
    const [tombstone] = planted('tombstone');
    expect(tombstone).toMatchObject({ key: '100', value: null });
    expect(received.findIndex((record) => record.key === '100')).toBe(100);
  });

  it('changes the schema in mid-stream to one with a field more', async () => {
    const [first] = planted('new-schema');
    const idOf = (record: Received) => record.value!.readInt32BE(1);
    expect(idOf(received[0]!)).toBe(result.schemaIds[0]);
    expect(idOf(received[first!.offset - 1]!)).toBe(result.schemaIds[0]);
    expect(received.slice(first!.offset).every((record) => idOf(record) === result.schemaIds[1])).toBe(true);
    expect(await registry.decode(received[0]!.value!)).not.toHaveProperty('remarks');
    expect(await registry.decode(first!.value!)).toMatchObject({ flight_id: 1_000n, remarks: '' });
  });

  it('has a record of 5 MB', async () => {
    const [large] = planted('large');
    expect(large!.value!.length).toBeGreaterThan(5 * 1024 * 1024);
    expect(await registry.decode(large!.value!)).toMatchObject({ flight_id: 2_000n });
  });

  it('is written once', async () => {
    expect(await loadFaults({ ...server, topic })).toEqual({ ...result, sent: 0 });
    expect(await countStored(admin, topic)).toBe(2_005);
  });
}
