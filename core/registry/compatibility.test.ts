import { describe, expect, it } from 'vitest';
import { type ComparableSchema, incompatibilities } from './compatibility.ts';
import { type CompatibilityLevel, compatibilityLevels } from './schema.ts';

const record = (...fields: object[]) => ({ type: 'record', name: 'R', fields });
const avro = (schema: unknown, references: readonly unknown[] = [], version?: number): ComparableSchema => ({
  schemaType: 'AVRO',
  schema: JSON.stringify(schema),
  references: references.map((reference) => JSON.stringify(reference)),
  ...(version === undefined ? {} : { version }),
});

function isAllowed(level: CompatibilityLevel, candidate: unknown, ...previous: unknown[]): boolean {
  const earlier = previous.map((schema, index) => avro(schema, [], index + 1));
  return incompatibilities(level, avro(candidate), earlier).length === 0;
}

const f1 = { name: 'f1', type: 'string' };
const f2 = { name: 'f2', type: 'string' };
const f2Default = { ...f2, default: 'foo' };
const f3Default = { name: 'f3', type: 'string', default: 'bar' };

const one = record(f1);
const twoDefault = record(f1, f2Default);
const two = record(f1, f2);
const threeDefault = record(f1, f2Default, f3Default);
const renamed = record({ name: 'f1_new', type: 'string', aliases: ['f1'] });
const nullable = record({ name: 'f1', type: ['null', 'string'] });
const wide = record({ name: 'f1', type: ['null', 'string', 'int'] });

describe("Confluent's documented cases", () => {
  it.each<[level: CompatibilityLevel, what: string, candidate: unknown, previous: unknown[], allowed: boolean]>([
    ['BACKWARD', 'a field with a default is added', twoDefault, [one], true],
    ['BACKWARD', 'a field without a default is added', two, [one], false],
    ['BACKWARD', 'a field is renamed with an alias', renamed, [one], true],
    ['BACKWARD', 'a type becomes a union with it', nullable, [one], true],
    ['BACKWARD', 'a union shrinks to one of its types', one, [nullable], false],
    ['BACKWARD', 'a union gains a type', wide, [nullable], true],
    ['BACKWARD', 'a union loses a type', nullable, [wide], false],
    ['BACKWARD', 'a default is removed: only the newest counts', two, [one, twoDefault], true],
    ['BACKWARD', 'a field is removed', one, [two], true],
    ['BACKWARD_TRANSITIVE', 'fields with defaults are added one by one', threeDefault, [one, twoDefault], true],
    ['BACKWARD_TRANSITIVE', 'a default is removed', two, [twoDefault], true],
    ['BACKWARD_TRANSITIVE', 'a default is removed that the oldest needs', two, [one, twoDefault], false],
    ['FORWARD', 'a field with a default is added', twoDefault, [one], true],
    ['FORWARD', 'a field is added', two, [one], true],
    ['FORWARD', 'a default is removed', two, [twoDefault], true],
    ['FORWARD', 'a default is given', twoDefault, [two], true],
    ['FORWARD', 'a field is removed that had no default at first', one, [two, twoDefault], true],
    ['FORWARD', 'a field without a default is removed', one, [two], false],
    ['FORWARD_TRANSITIVE', 'fields with defaults are removed one by one', one, [threeDefault, twoDefault], true],
    ['FORWARD_TRANSITIVE', 'a default is given', twoDefault, [two], true],
    ['FORWARD_TRANSITIVE', 'a field with a default is removed', one, [twoDefault], true],
    ['FORWARD_TRANSITIVE', 'a field is removed that had no default at first', one, [two, twoDefault], false],
    ['FULL', 'a field with a default is added', twoDefault, [one], true],
    ['FULL', 'a field without a default is added', two, [one], false],
    ['FULL', 'a field is made mandatory: only the newest counts', two, [one, twoDefault], true],
    ['FULL', 'a field is removed: only the newest counts', one, [two, twoDefault], true],
    ['FULL_TRANSITIVE', 'fields with defaults are added one by one', threeDefault, [one, twoDefault], true],
    ['FULL_TRANSITIVE', 'fields with defaults are removed one by one', one, [threeDefault, twoDefault], true],
    ['FULL_TRANSITIVE', 'a field is made mandatory', two, [one, twoDefault], false],
    ['FULL_TRANSITIVE', 'a mandatory field is removed', one, [two, twoDefault], false],
    ['NONE', 'everything changes', 'int', [two], true],
  ])('%s: %s', (level, _what, candidate, previous, allowed) => {
    expect(isAllowed(level, candidate, ...previous)).toBe(allowed);
  });

  it.each(compatibilityLevels)('%s: takes the first schema of a subject and the same again', (level) => {
    expect(isAllowed(level, two)).toBe(true);
    expect(isAllowed(level, two, two)).toBe(true);
  });
});

describe('transitive checks with references', () => {
  const leg = (...fields: object[]) => ({ type: 'record', name: 'Leg', namespace: 'air', fields });
  const trip = record({ name: 'leg', type: 'air.Leg' });
  const from = { name: 'from', type: 'string' };
  const to = { name: 'to', type: 'string', default: '' };
  const toRequired = { name: 'to', type: 'string' };
  const history = [avro(trip, [leg(from)], 1), avro(trip, [leg(from, to)], 2)];

  it.each<[CompatibilityLevel, boolean]>([
    ['BACKWARD', true],
    ['BACKWARD_TRANSITIVE', false],
    ['FORWARD', true],
    ['FORWARD_TRANSITIVE', true],
    ['FULL', true],
    ['FULL_TRANSITIVE', false],
  ])('%s sees what changed inside a referenced schema', (level, allowed) => {
    const reasons = incompatibilities(level, avro(trip, [leg(from, toRequired)]), history);
    expect(reasons.length === 0).toBe(allowed);
    if (!allowed) {
      expect(reasons[0]).toContain("The field 'to' at path '/fields/0/type/fields/1' in the new schema has no default");
      expect(reasons).toContain('{oldSchemaVersion: 1}');
    }
  });

  it('takes a referenced schema spelled out for the same', () => {
    const inline = record({ name: 'leg', type: leg(from, to) });
    expect(incompatibilities('FULL_TRANSITIVE', avro(inline), history)).toEqual([]);
  });
});

describe('reasons', () => {
  it('are in the form of Confluent, with version, schema and level', () => {
    const earlier = avro(record({ name: 'a', type: 'int' }), [], 3);
    expect(incompatibilities('BACKWARD', avro(record({ name: 'a', type: 'string' })), [earlier])).toEqual([
      "{errorType:'TYPE_MISMATCH', description:'The type (path '/fields/0/type') of a field in the new schema does not match with the old schema', additionalInfo:'reader type: STRING not compatible with writer type: INT'}",
      '{oldSchemaVersion: 3}',
      `{oldSchema: '${earlier.schema}'}`,
      "{validateFields: 'false', compatibility: 'BACKWARD'}",
    ]);
  });

  it('name the other direction for the levels that ask for it', () => {
    const earlier = avro(record({ name: 'a', type: 'int' }));
    const [reason] = incompatibilities('FORWARD', avro(record()), [earlier]);
    expect(reason).toContain("The field 'a' at path '/fields/0' in the old schema has no default value");
  });

  it('refuse another type of schema, and take Protobuf and JSON Schema unchecked', () => {
    const json: ComparableSchema = { schemaType: 'JSON', schema: '{}', references: [] };
    expect(incompatibilities('FULL', json, [avro('int')])[0]).toBe('Incompatible because of different schema type');
    expect(incompatibilities('FULL', { ...json, schema: 'false' }, [json])).toEqual([]);
  });
});
