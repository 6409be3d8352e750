import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestRegistry, type TestRegistry } from './test-registry.ts';

let registry: TestRegistry;
beforeEach(async () => {
  registry = await openTestRegistry();
});
afterEach(() => registry.close());

const leg = (...fields: object[]) => JSON.stringify({ type: 'record', name: 'Leg', namespace: 'air', fields });
const trip = JSON.stringify({ type: 'record', name: 'Trip', fields: [{ name: 'leg', type: 'air.Leg' }] });
const from = { name: 'from', type: 'string' };
const to = { name: 'to', type: 'string', default: '' };
const uses = (version: number) => [{ name: 'air.Leg', subject: 'leg', version }];

describe('references', () => {
  it('are kept, listed, and make two uses of one text two schemas', async () => {
    await registry.value('POST', '/subjects/leg/versions', { schema: leg(from) });
    await registry.value('POST', '/subjects/leg/versions', { schema: leg(from, to) });
    const one = { schema: trip, references: uses(1) };
    expect(await registry.value('POST', '/subjects/trip/versions', one)).toMatchObject({ id: 3, version: 1 });
    expect(await registry.value('POST', '/subjects/trip/versions', one)).toMatchObject({ id: 3, version: 1 });
    const two = { schema: trip, references: uses(2) };
    expect(await registry.value('POST', '/subjects/trip/versions', two)).toMatchObject({ id: 4, version: 2 });
    expect(await registry.value('GET', '/schemas/ids/4')).toMatchObject({ schema: trip, references: uses(2) });
    expect(await registry.value('POST', '/subjects/trip', two)).toMatchObject({ version: 2, references: uses(2) });
    expect(await registry.value('GET', '/subjects/leg/versions/1/referencedby')).toEqual([3]);
    expect(await registry.value('GET', '/subjects/leg/versions/latest/referencedby')).toEqual([4]);
    expect(await registry.value('GET', '/subjects/trip/versions/1/referencedby')).toEqual([]);
  });

  it('to version -1 are kept as the newest version there was', async () => {
    await registry.value('POST', '/subjects/leg/versions', { schema: leg(from) });
    await registry.value('POST', '/subjects/trip/versions', { schema: trip, references: uses(-1) });
    expect(await registry.value('GET', '/subjects/trip/versions/1')).toMatchObject({ references: uses(1) });
  });

  it('must exist, and must define what the text names', async () => {
    const missing = { schema: trip, references: uses(1) };
    expect(await registry.code('POST', '/subjects/trip/versions', missing)).toBe(42201);
    expect(await registry.code('POST', '/subjects/trip/versions', { schema: trip })).toBe(42201);
    await registry.value('POST', '/subjects/leg/versions', { schema: '"int"' });
    expect(await registry.code('POST', '/subjects/trip/versions', missing)).toBe(42201);
  });

  it('protect what they point to until the referring schema is gone', async () => {
    await registry.value('POST', '/subjects/leg/versions', { schema: leg(from) });
    await registry.value('POST', '/subjects/trip/versions', { schema: trip, references: uses(1) });
    expect(await registry.code('DELETE', '/subjects/leg')).toBe(42206);
    expect(await registry.code('DELETE', '/subjects/leg/versions/1')).toBe(42206);
    await registry.value('DELETE', '/subjects/trip');
    await registry.value('DELETE', '/subjects/leg');
    expect(await registry.code('DELETE', '/subjects/leg?permanent=true')).toBe(42206);
    expect(await registry.value('GET', '/schemas/ids/2')).toMatchObject({ references: uses(1) });
    await registry.value('DELETE', '/subjects/trip?permanent=true');
    await registry.value('DELETE', '/subjects/leg?permanent=true');
    expect(await registry.value('GET', '/subjects?deleted=true')).toEqual([]);
  });

  it('are looked through by the compatibility check', async () => {
    await registry.value('POST', '/subjects/leg/versions', { schema: leg(from) });
    await registry.value('PUT', '/config/leg', { compatibility: 'NONE' });
    await registry.value('POST', '/subjects/leg/versions', { schema: leg(from, { name: 'to', type: 'string' }) });
    await registry.value('POST', '/subjects/trip/versions', { schema: trip, references: uses(1) });
    const candidate = { schema: trip, references: uses(2) };
    expect(await registry.code('POST', '/subjects/trip/versions', candidate)).toBe(409);
    const check = (query: string, body: object = candidate) =>
      registry.value('POST', `/compatibility/subjects/trip/versions/latest${query}`, body);
    expect(await check('')).toEqual({ is_compatible: false });
    expect(await check('?verbose=true')).toMatchObject({
      is_compatible: false,
      messages: [
        expect.stringContaining("The field 'to' at path '/fields/0/type/fields/1'"),
        ...Array(3).fill(expect.any(String)),
      ],
    });
    expect(await check('?verbose=true', { schema: 'nonsense' })).toMatchObject({ is_compatible: false });
    expect(await registry.code('POST', '/compatibility/subjects/trip/versions/9', candidate)).toBe(40402);
    const unknown = await registry.value('POST', '/compatibility/subjects/new/versions/latest', { schema: '"int"' });
    expect(unknown).toEqual({ is_compatible: true });
  });
});

describe('normalisation', () => {
  it('makes texts one that differ in the order of properties, when asked or configured', async () => {
    const schema = '{"type":"int","b":1,"a":2}';
    const other = '{"type":"int","a":2,"b":1}';
    expect(await registry.value('POST', '/subjects/s/versions?normalize=true', { schema })).toMatchObject({ id: 1 });
    expect(await registry.value('POST', '/subjects/s?normalize=true', { schema: other })).toMatchObject({ id: 1 });
    expect(await registry.code('POST', '/subjects/s', { schema })).toBe(40403);
    await registry.value('PUT', '/config/j', { normalize: true });
    const json = (text: string) => ({ schemaType: 'JSON', schema: text });
    expect(await registry.value('POST', '/subjects/j/versions', json('{"b":{"d":1,"c":2},"a":0}'))).toMatchObject({
      id: 2,
    });
    expect(await registry.value('POST', '/subjects/j/versions', json('{"a":0,"b":{"c":2,"d":1}}'))).toMatchObject({
      id: 2,
    });
  });
});

describe('what else a tool asks for', () => {
  it('finds schemas by guid, by prefix and by page', async () => {
    for (const [index, subject] of ['a-value', 'b-value', 'c-key'].entries()) {
      await registry.value('POST', `/subjects/${subject}/versions`, { schema: `{"type":"int","n":${index}}` });
    }
    const { guid } = (await registry.value('GET', '/schemas/ids/2')) as { guid: string };
    expect(await registry.value('GET', `/schemas/guids/${guid}`)).toMatchObject({ schema: '{"type":"int","n":1}' });
    expect(await registry.value('GET', `/schemas/guids/${guid}/ids`)).toEqual([{ context: '.', id: 2 }]);
    expect(await registry.value('GET', '/subjects?subjectPrefix=a')).toEqual(['a-value']);
    expect(await registry.value('GET', '/subjects?subjectPrefix=%3A*%3A')).toEqual(['a-value', 'b-value', 'c-key']);
    expect(await registry.value('GET', '/subjects?offset=1&limit=1')).toEqual(['b-value']);
    expect(await registry.value('GET', '/schemas?latestOnly=true')).toHaveLength(3);
    expect(await registry.value('GET', '/schemas/types')).toEqual(['AVRO', 'PROTOBUF', 'JSON']);
    expect(await registry.value('GET', '/schemas/ids/1?fetchMaxId=true')).toMatchObject({ maxId: 3 });
    await registry.value('DELETE', '/subjects/a-value');
    expect(await registry.value('GET', '/subjects?deletedOnly=true')).toEqual(['a-value']);
  });
});
