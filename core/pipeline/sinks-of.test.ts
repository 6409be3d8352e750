import { expect, test } from 'vitest';
import { z } from 'zod';
import type { SinkComponent } from './component.ts';
import { parseDefinition } from './definition.ts';
import { sinksOf, topicIdOf } from './sinks-of.ts';

const component = (type: string): SinkComponent =>
  ({ type, title: type, guarantee: 'exactly-once', spec: z.object({ type: z.string(), table: z.string() }) }) as never;
const sinks = [component('postgres'), component('duckdb')];

function namesOf(list: string) {
  const definition = parseDefinition(
    `{ version: 1, name: orders, source: { topic: orders, value: { format: avro } }, sinks: ${list} }`,
    'orders.yaml',
  );
  return sinksOf({ definition, sinks });
}

test('sinks of one type are told apart by number, in the order of the definition', () => {
  const found = namesOf('[{ type: postgres, table: a }, { type: duckdb, table: b }, { type: postgres, table: c }]');
  expect(found.map(({ name, component: { type }, spec }) => [name, type, (spec as { table: string }).table])).toEqual([
    ['postgres', 'postgres', 'a'],
    ['duckdb', 'duckdb', 'b'],
    ['postgres-2', 'postgres', 'c'],
  ]);
});

test('an unknown type and a wrong field are told with the next step', () => {
  expect(() => namesOf('[{ type: oracle }]')).toThrow(
    expect.objectContaining({
      code: 'WORKSPACE_INVALID',
      object: 'orders',
      nextStep: 'The types are: postgres, duckdb.',
    }),
  );
  expect(() => namesOf('[{ type: postgres, table: 5 }]')).toThrow(/orders: sink postgres:[\s\S]*table/);
});

test('a topic is named by its id, by its name where the broker has no ids', () => {
  expect(topicIdOf({ id: 'id', name: 'orders' } as never)).toBe('id');
  expect(topicIdOf({ id: undefined, name: 'orders' } as never)).toBe('orders');
});
