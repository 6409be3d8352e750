import { expect, test } from 'vitest';
import { parseDefinition, readDefinition } from './definition.ts';

const text = `
version: 1
name: orders
source: { topic: orders, value: { format: avro } }
sinks: [{ type: postgres, table: orders, key: [id] }]
`;
const parse = (changed: string, ...overrides: Array<[path: string, value: string]>) =>
  parseDefinition(
    changed,
    'orders.yaml',
    overrides.map(([path, value]) => ({ path, value })),
  );

test('defaults are filled in, a sink keeps its own fields', () => {
  expect(parse(text)).toMatchObject({
    connection: 'sandbox',
    batch: { rows: 20_000 },
    sinks: [{ type: 'postgres', table: 'orders', key: ['id'] }],
  });
});

test('a path with a value of YAML overrides a field, also one that the file does not have', () => {
  const definition = parse(text, ['batch.rows', '500'], ['sinks.0.table', 'other'], ['model', '{ name: m }']);
  expect(definition).toMatchObject({ batch: { rows: 500 }, model: { name: 'm' }, sinks: [{ table: 'other' }] });
});

test('what is wrong is named with its place', () => {
  expect(() => parse('version: 1\nname: [')).toThrow(/orders\.yaml is no valid pipeline/);
  expect(() => parse(text, ['batch.rows', '0'])).toThrow(/batch\.rows/);
  expect(() => parse(text.replace('avro', 'xml'))).toThrow(/source\.value\.format/);
  expect(() => parse(`${text}typo: 1`)).toThrow(/typo/);
  expect(() => parse('')).toThrow(/no valid pipeline/);
});

test('only digits are a place in a list', () => {
  const typo = ['sinks.0.x1', 'sinks.0.1x'];
  for (const path of typo) expect(parse(text, [path, 'v']).sinks[0]).toHaveProperty(path.slice(8), 'v');
  const many = Array.from({ length: 11 }, (_, index): [string, string] => [`sinks.${index}`, '{ type: postgres }']);
  expect(parse(text, ...many).sinks).toHaveLength(11);
});

test('each refusal names the file and the next step', () => {
  const refusalOf = (changed: string) => {
    try {
      return parse(changed);
    } catch (error) {
      return error;
    }
  };
  const named = { code: 'WORKSPACE_INVALID', object: 'orders.yaml' };
  expect(refusalOf('name: [')).toMatchObject({ ...named, nextStep: expect.stringContaining('docs/pipelines.md') });
  expect(String(refusalOf('name: ['))).toMatch(/line 1/);
  expect(refusalOf('5')).toMatchObject(named);
  expect(String(refusalOf('5'))).not.toMatch(/pipeline: :/);
  expect(refusalOf(text.replace('version: 1', 'version: 2'))).toMatchObject({
    ...named,
    nextStep: expect.stringContaining('Update'),
  });
});

test('a newer version is refused by name, a missing file with the next step', () => {
  expect(() => parse(text.replace('version: 1', 'version: 2'))).toThrow(
    /has version 2; this Mercury Workbench reads version 1/,
  );
  expect(() => readDefinition('/no/such/file.yaml')).toThrow(
    expect.objectContaining({ code: 'NOT_FOUND', object: '/no/such/file.yaml', nextStep: expect.any(String) }),
  );
});
