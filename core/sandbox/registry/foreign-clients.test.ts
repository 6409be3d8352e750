/** The clients that services are written with, unchanged: what they register and look up here, they would at a real registry. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegistry, type SandboxRegistry } from './registry.ts';

let dataDir: string;
let registry: SandboxRegistry;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'registry-'));
  registry = await openRegistry({ dataDir });
});

afterEach(async () => {
  await registry.close();
  await rm(dataDir, { recursive: true });
});

const record = (name: string, ...fields: object[]) =>
  JSON.stringify({ type: 'record', name, namespace: 'air', fields });

describe('@kafkajs/confluent-schema-registry', () => {
  it('registers Avro, encodes, decodes and finds its ids', async () => {
    const client = new SchemaRegistry({ host: registry.url });
    const schema = record('Flight', { name: 'id', type: 'long' }, { name: 'carrier', type: 'string' });
    const { id } = await client.register({ type: SchemaType.AVRO, schema }, { subject: 'flights-value' });
    const flight = { id: 7, carrier: 'UA' };
    const bytes = await client.encode(id, flight);
    const other = new SchemaRegistry({ host: registry.url });
    expect(await other.decode(bytes)).toEqual(flight);
    expect(await other.getLatestSchemaId('flights-value')).toBe(id);
    expect(await other.getRegistryId('flights-value', 1)).toBe(id);
    expect(await other.getRegistryIdBySchema('flights-value', { type: SchemaType.AVRO, schema })).toBe(id);
  });

  it('sets the level it is told and is refused what breaks it', async () => {
    const client = new SchemaRegistry({ host: registry.url });
    const options = { subject: 's', compatibility: COMPATIBILITY.FULL };
    await client.register({ type: SchemaType.AVRO, schema: record('R', { name: 'a', type: 'int' }) }, options);
    const broken = record('R', { name: 'a', type: 'string' });
    await expect(client.register({ type: SchemaType.AVRO, schema: broken }, options)).rejects.toThrow(/incompatible/);
  });

  it('registers with references: Avro, Protobuf and JSON Schema', async () => {
    const client = new SchemaRegistry({ host: registry.url });
    await client.register(
      { type: SchemaType.AVRO, schema: record('Leg', { name: 'n', type: 'int' }) },
      { subject: 'leg' },
    );
    const trip = record('Trip', { name: 'legs', type: { type: 'array', items: 'air.Leg' } });
    const references = [{ name: 'air.Leg', subject: 'leg', version: 1 }];
    const avro = await client.register({ type: SchemaType.AVRO, schema: trip, references }, { subject: 'trip' });
    const value = { legs: [{ n: 1 }, { n: 2 }] };
    expect(await client.decode(await client.encode(avro.id, value))).toEqual(value);

    const inner = 'syntax = "proto3";\npackage air;\nmessage Inner { int32 n = 1; }\n';
    await client.register({ type: SchemaType.PROTOBUF, schema: inner }, { subject: 'inner.proto' });
    const outer = 'syntax = "proto3";\npackage air;\nimport "inner.proto";\nmessage Outer { Inner inner = 1; }\n';
    const uses = [{ name: 'inner.proto', subject: 'inner.proto', version: 1 }];
    const proto = await client.register(
      { type: SchemaType.PROTOBUF, schema: outer, references: uses },
      { subject: 'outer' },
    );
    expect(await client.decode(await client.encode(proto.id, { inner: { n: 3 } }))).toEqual({ inner: { n: 3 } });

    const name = JSON.stringify({ $id: 'https://air/name', type: 'string' });
    await client.register({ type: SchemaType.JSON, schema: name }, { subject: 'name' });
    const person = JSON.stringify({ type: 'object', properties: { name: { $ref: 'https://air/name' } } });
    const named = [{ name: 'https://air/name', subject: 'name', version: 1 }];
    const json = await client.register(
      { type: SchemaType.JSON, schema: person, references: named },
      { subject: 'person' },
    );
    expect(await client.decode(await client.encode(json.id, { name: 'Ada' }))).toEqual({ name: 'Ada' });
  });
});

/** `REAL_PYTHON` names an interpreter that has `confluent-kafka[avro,json,protobuf]`; without it the system's is tried. */
const python = process.env.REAL_PYTHON ?? 'python3';
const needs = 'import confluent_kafka.schema_registry.avro, fastavro, jsonschema, google.protobuf';
const hasClient = spawnSync(python, ['-c', needs]).status === 0;

describe("Python's confluent-kafka", () => {
  const lacking = hasClient ? '' : ` (skipped: ${python} has no confluent-kafka[avro,json,protobuf])`;
  it.skipIf(!hasClient)(`serialises and deserialises Avro, JSON Schema and Protobuf${lacking}`, async () => {
    const program = fileURLToPath(new URL('foreign-client.py', import.meta.url));
    await promisify(execFile)(python, [program, registry.url]);
  });
});
