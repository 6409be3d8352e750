import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegistryClient } from '#core/registry/client.ts';
import type { SchemaReference, SchemaText } from '#core/registry/schema.ts';
import { openRegistry, type SandboxRegistry } from './registry.ts';

const avro = (schema: unknown, references: readonly SchemaReference[] = []): SchemaText => ({
  schemaType: 'AVRO',
  schema: JSON.stringify(schema),
  references,
});
const record = (name: string, ...fields: object[]) => ({ type: 'record', name, fields });

describe("the workbench's own client", () => {
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

  it('registers, lists and reads back', async () => {
    const client = openRegistryClient({ url: `${registry.url}/` });
    const schema = avro(record('R', { name: 'a', type: 'int' }));
    expect(await client.register('topic/a-value', schema)).toEqual({ id: 1, version: 1 });
    expect(await client.subjects()).toEqual(['topic/a-value']);
    expect(await client.versions('topic/a-value')).toEqual([1]);
    expect(await client.version('topic/a-value', 'latest')).toEqual({
      ...schema,
      subject: 'topic/a-value',
      version: 1,
      id: 1,
    });
    expect(await client.schemaById(1)).toEqual({ ...schema, id: 1, resolved: new Map() });
  });

  it('resolves references through all levels, a text after those it uses, deleted ones too', async () => {
    const client = openRegistryClient({ url: registry.url });
    await client.register('c', avro(record('C', { name: 'n', type: 'int' })));
    const toC = { name: 'C', subject: 'c', version: 1 };
    await client.register('b', avro(record('B', { name: 'c', type: 'C' }), [toC]));
    const toB = { name: 'B', subject: 'b', version: 1 };
    const { id } = await client.register(
      'a',
      avro(record('A', { name: 'b', type: 'B' }, { name: 'c', type: 'C' }), [toB, toC]),
    );
    await fetch(`${registry.url}/subjects/a`, { method: 'DELETE' });
    await fetch(`${registry.url}/subjects/b`, { method: 'DELETE' });
    const schema = await client.schemaById(id);
    expect(schema.references).toEqual([toB, toC]);
    expect([...schema.resolved.keys()]).toEqual(['C', 'B']);
  });

  it('says what is missing and what was refused', async () => {
    const client = openRegistryClient({ url: registry.url });
    await expect(client.schemaById(9)).rejects.toMatchObject({ code: 'REGISTRY_NOT_FOUND', object: 'schema 9' });
    await expect(client.versions('none')).rejects.toMatchObject({ code: 'REGISTRY_NOT_FOUND', retryable: false });
    await expect(client.register('x', avro('nosuchtype'))).rejects.toMatchObject({ code: 'REGISTRY_REJECTED' });
  });
});
