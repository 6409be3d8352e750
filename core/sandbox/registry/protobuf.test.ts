import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestRegistry, type TestRegistry } from './test-registry.ts';

let registry: TestRegistry;
beforeEach(async () => {
  registry = await openTestRegistry();
});
afterEach(() => registry.close());

const text = `syntax = "proto3";
package air;

message Leg {
  int32 n = 1;
}
`;
/** `text` as protoc writes it for the file leg.proto, without the file's name. */
const descriptor = 'EgNhaXIiEwoDTGVnEgwKAW4YASABKAVSAW5iBnByb3RvMw==';
const protobuf = (schema: string, references: object[] = []) => ({ schemaType: 'PROTOBUF', schema, references });

it('takes a descriptor for the text it stands for, and gives either back', async () => {
  expect(await registry.value('POST', '/subjects/a/versions', protobuf(descriptor))).toMatchObject({ id: 1 });
  expect(await registry.value('POST', '/subjects/b/versions', protobuf(text))).toMatchObject({ id: 1 });
  expect(await registry.value('POST', '/subjects/a', protobuf(`// note\n${text}`))).toMatchObject({ version: 1 });
  expect(await registry.value('GET', '/schemas/ids/1')).toMatchObject({ schemaType: 'PROTOBUF', schema: text });
  const { schema } = (await registry.value('GET', '/schemas/ids/1?format=serialized')) as { schema: string };
  expect(Buffer.from(schema, 'base64').toString('latin1')).toContain(
    Buffer.from(descriptor, 'base64').toString('latin1'),
  );
});

it('lets kafkajs read what was registered as a descriptor', async () => {
  await registry.value('POST', '/subjects/a/versions', protobuf(descriptor));
  const client = new SchemaRegistry({ host: registry.url });
  expect(await client.decode(await client.encode(1, { n: 5 }))).toEqual({ n: 5 });
});

it('resolves imports by the names of references, through all levels', async () => {
  await registry.value('POST', '/subjects/leg/versions', protobuf(text));
  const trip = 'syntax = "proto3"; import public "air/leg.proto"; message Trip { air.Leg leg = 1; }';
  expect(await registry.code('POST', '/subjects/trip/versions', protobuf(trip))).toBe(42201);
  const toLeg = { name: 'air/leg.proto', subject: 'leg', version: 1 };
  await registry.value('POST', '/subjects/trip/versions', protobuf(trip, [toLeg]));
  const plan = 'syntax = "proto3"; import "trip.proto"; message Plan { Trip trip = 1; air.Leg first = 2; }';
  const toTrip = { name: 'trip.proto', subject: 'trip', version: 1 };
  await registry.value('POST', '/subjects/plan/versions', protobuf(plan, [toTrip]));
  expect(
    await registry.code('POST', '/subjects/x/versions', protobuf(plan.replace('Trip trip', 'Tripp trip'), [toTrip])),
  ).toBe(42201);
});

it('gives Avro with its references spelled out when asked', async () => {
  const leg = '{"type":"record","name":"Leg","fields":[]}';
  await registry.value('POST', '/subjects/leg/versions', { schema: leg });
  const references = [{ name: 'Leg', subject: 'leg', version: 1 }];
  await registry.value('POST', '/subjects/legs/versions', { schema: '{"type":"array","items":"Leg"}', references });
  expect(await registry.value('GET', '/subjects/legs/versions/1/schema?format=resolved')).toEqual({
    type: 'array',
    items: JSON.parse(leg),
  });
});
