import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegistry } from './registry.ts';
import { openTestRegistry, type TestRegistry } from './test-registry.ts';

let registry: TestRegistry;

beforeEach(async () => {
  registry = await openTestRegistry();
});

afterEach(() => registry.close());

const record = (name: string, ...fields: object[]) => JSON.stringify({ type: 'record', name, fields });
const first = record('Flight', { name: 'id', type: 'long' });
const second = record('Flight', { name: 'id', type: 'long' }, { name: 'note', type: 'string', default: '' });
const incompatible = record('Flight', { name: 'id', type: 'long' }, { name: 'note', type: 'string' });

const call: TestRegistry['call'] = (...request) => registry.call(...request);
const value: TestRegistry['value'] = (...request) => registry.value(...request);
const code: TestRegistry['code'] = (...request) => registry.code(...request);

describe('registration', () => {
  it('gives a schema one id, whatever its white space and subject', async () => {
    expect(await value('POST', '/subjects/a/versions', { schema: first })).toMatchObject({ id: 1, version: 1 });
    const spaced = JSON.stringify(JSON.parse(first), null, 2);
    expect(await value('POST', '/subjects/a/versions', { schema: spaced })).toMatchObject({ id: 1, version: 1 });
    expect(await value('POST', '/subjects/b%2Fc/versions', { schema: first })).toMatchObject({ id: 1, version: 1 });
    expect(await value('POST', '/subjects/a/versions', { schema: second })).toMatchObject({ id: 2, version: 2 });
    expect(await value('GET', '/subjects')).toEqual(['a', 'b/c']);
    expect(await value('GET', '/subjects/a/versions')).toEqual([1, 2]);
    expect(await value('GET', '/schemas/ids/1/subjects')).toEqual(['a', 'b/c']);
    expect(await value('GET', '/schemas/ids/1/versions')).toEqual([
      { subject: 'a', version: 1 },
      { subject: 'b/c', version: 1 },
    ]);
    expect(await value('GET', '/subjects/a/versions/latest')).toMatchObject({ subject: 'a', version: 2, id: 2 });
    expect(await value('GET', '/schemas/ids/1')).toMatchObject({ schema: first });
    expect(await value('GET', '/schemas/ids/1/schema')).toEqual(JSON.parse(first));
    expect(await value('POST', '/subjects/a', { schema: spaced })).toMatchObject({ subject: 'a', version: 1, id: 1 });
  });

  it('keeps every digit of a default', async () => {
    const schema = '{"type":"record","name":"R","fields":[{"name":"n","type":"long","default":9007199254740993}]}';
    await value('POST', '/subjects/a/versions', { schema });
    expect(await value('GET', '/subjects/a/versions/1')).toMatchObject({ schema });
  });

  it('refuses what breaks the level of the subject, with the reason', async () => {
    await value('POST', '/subjects/a/versions', { schema: first });
    const answer = await call('POST', '/subjects/a/versions', { schema: incompatible });
    expect(answer).toMatchObject({ status: 409, body: { error_code: 409 } });
    expect((answer.body as { message: string }).message).toContain("The field 'note' at path '/fields/1'");
    await value('PUT', '/config/a', { compatibility: 'FORWARD' });
    expect(await value('POST', '/subjects/a/versions', { schema: incompatible })).toMatchObject({ id: 2 });
  });

  it('refuses what is no schema', async () => {
    const refused = async (request: unknown) => await code('POST', '/subjects/a/versions', request);
    expect(await refused({ schema: '{"type":"record","name":"R"}' })).toBe(42201);
    expect(await refused({ schema: '{"type":"recor' })).toBe(42201);
    expect(await refused({ schema: '' })).toBe(42201);
    expect(await refused({})).toBe(42201);
    expect(await refused({ schema: first, schemaType: 'XML' })).toBe(42201);
    expect(await refused({ schema: `${'['.repeat(1_000_000)}` })).toBe(42201);
    expect(await refused({ schema: '"nosuchtype"' })).toBe(42201);
    expect(await refused([])).toBe(400);
    expect(await value('GET', '/subjects')).toEqual([]);
  });
});

describe('deletion', () => {
  it('hides first, removes for good second, and never gives an id twice', async () => {
    await value('POST', '/subjects/a/versions', { schema: first });
    await value('POST', '/subjects/a/versions', { schema: second });
    expect(await code('DELETE', '/subjects/a/versions/2?permanent=true')).toBe(40407);
    expect(await value('DELETE', '/subjects/a/versions/2')).toBe(2);
    expect(await code('DELETE', '/subjects/a/versions/2')).toBe(40406);
    expect(await code('GET', '/subjects/a/versions/2')).toBe(40402);
    expect(await value('GET', '/subjects/a/versions?deleted=true')).toEqual([1, 2]);
    expect(await value('GET', '/schemas/ids/2')).toMatchObject({ schema: second });
    expect(await code('DELETE', '/subjects/a?permanent=true')).toBe(40405);
    expect(await value('DELETE', '/subjects/a')).toEqual([1]);
    expect(await code('DELETE', '/subjects/a')).toBe(40404);
    expect(await code('GET', '/subjects/a/versions')).toBe(40401);
    expect(await value('GET', '/subjects?deleted=true')).toEqual(['a']);
    expect(await value('DELETE', '/subjects/a?permanent=true')).toEqual([1, 2]);
    expect(await code('DELETE', '/subjects/a')).toBe(40401);
    expect(await code('GET', '/schemas/ids/2')).toBe(40403);
    await registry.reopen();
    expect(await value('POST', '/subjects/a/versions', { schema: first })).toMatchObject({ id: 3, version: 1 });
  });

  it('lets a schema come back under its id as a new version', async () => {
    await value('POST', '/subjects/a/versions', { schema: first });
    await value('POST', '/subjects/a/versions', { schema: second });
    await value('DELETE', '/subjects/a/versions/1');
    expect(await value('POST', '/subjects/a/versions', { schema: first })).toMatchObject({ id: 1, version: 3 });
    expect(await value('GET', '/subjects/a/versions?deleted=true')).toEqual([2, 3]);
    await registry.reopen();
    expect(await value('GET', '/subjects/a/versions/latest')).toMatchObject({ id: 1, version: 3, schema: first });
  });
});

describe('levels and modes', () => {
  it('answers for all subjects and for one', async () => {
    expect(await value('GET', '/config')).toEqual({ compatibilityLevel: 'BACKWARD' });
    expect(await code('GET', '/config/a')).toBe(40408);
    expect(await value('PUT', '/config/a', { compatibility: 'full' })).toEqual({ compatibility: 'FULL' });
    expect(await value('GET', '/config/a')).toEqual({ compatibilityLevel: 'FULL' });
    expect(await value('GET', '/config/b?defaultToGlobal=true')).toEqual({ compatibilityLevel: 'BACKWARD' });
    expect(await code('PUT', '/config', { compatibility: 'SOMEHOW' })).toBe(42203);
    expect(await value('DELETE', '/config/a')).toEqual({ compatibilityLevel: 'FULL' });
    expect(await code('DELETE', '/config/a')).toBe(40401);
    expect(await value('GET', '/mode')).toEqual({ mode: 'READWRITE' });
    expect(await code('GET', '/mode/a')).toBe(40409);
    expect(await code('PUT', '/mode', { mode: 'CLOSED' })).toBe(42204);
    await value('PUT', '/mode/a', { mode: 'READONLY' });
    expect(await code('POST', '/subjects/a/versions', { schema: first })).toBe(42205);
  });

  it('takes given ids in import mode only', async () => {
    expect(await code('POST', '/subjects/a/versions', { schema: first, id: 40, version: 7 })).toBe(42205);
    await value('PUT', '/mode/a', { mode: 'IMPORT' });
    expect(await value('POST', '/subjects/a/versions', { schema: first, id: 40, version: 7 })).toMatchObject({
      id: 40,
      version: 7,
    });
    await value('POST', '/subjects/a/versions', { schema: first, id: 40, version: 7 });
    expect(await code('POST', '/subjects/a/versions', { schema: second, id: 40, version: 8 })).toBe(42207);
    expect(await code('POST', '/subjects/a/versions', { schema: second, id: 41, version: 7 })).toBe(42205);
    expect(await value('POST', '/subjects/b/versions', { schema: second })).toMatchObject({ id: 41 });
  });
});

describe('hostile requests', () => {
  it('refuses them without harm', async () => {
    expect(await code('GET', '/nosuchpath')).toBe(404);
    expect(await code('PUT', '/subjects')).toBe(405);
    expect(await code('GET', '/subjects/%E0%A4%A/versions')).toBe(400);
    expect(await code('GET', '/subjects/a/versions/0')).toBe(42202);
    expect(await code('GET', '/subjects/a/versions/many')).toBe(42202);
    expect(await code('GET', '/schemas/ids/99999999999')).toBe(404);
    expect(await code('GET', '/subjects/__proto__/versions')).toBe(40401);
    const post = (init: RequestInit) => fetch(`${registry.url}/subjects/a/versions`, { method: 'POST', ...init });
    const json = { 'content-type': 'application/json' };
    expect((await post({ headers: json, body: '{"schema":' })).status).toBe(400);
    expect((await post({ headers: json, body: Buffer.from([0x22, 0xff, 0x22]) })).status).toBe(400);
    expect((await post({ headers: { 'content-type': 'text/plain' }, body: '{}' })).status).toBe(415);
    expect((await post({ headers: { ...json, origin: 'https://example.com' }, body: '{}' })).status).toBe(403);
    expect((await post({ headers: json, body: Buffer.alloc(17 * 1024 * 1024, 0x20) })).status).toBe(413);
    expect(await value('GET', '/subjects')).toEqual([]);
  });

  it('refuses to listen beyond loopback, or on a port that is taken', async () => {
    await expect(openRegistry({ dataDir: registry.dataDir, host: '0.0.0.0' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    const other = join(registry.dataDir, 'other');
    const taken = openRegistry({ dataDir: other, port: Number(new URL(registry.url).port) });
    await expect(taken).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  });
});
