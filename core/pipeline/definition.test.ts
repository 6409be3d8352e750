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

test('a newer version is refused by name, a missing file with the next step', () => {
  expect(() => parse(text.replace('version: 1', 'version: 2'))).toThrow(
    /has version 2; this Mercury Workbench reads version 1/,
  );
  expect(() => readDefinition('/no/such/file.yaml')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
});
