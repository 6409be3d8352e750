/** What every method of the contract must say of itself. */
import { isContractProcedure } from '@orpc/contract';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { contract } from './contract.ts';

const methods = Object.entries(contract).flatMap(([area, entries]) =>
  Object.entries(entries).flatMap(([name, entry]) =>
    isContractProcedure(entry) ? [{ name: `${area}.${name}`, about: entry['~orpc'] }] : [],
  ),
);

test('a method that is no GET says what it changes, or that it changes nothing', () => {
  expect(methods.length).toBeGreaterThan(40);
  const silent = methods.filter(({ about: { route, meta } }) => (route.method === 'GET') === 'changes' in meta);
  expect(silent.map(({ name }) => name)).toEqual([]);
});

test('the name of what is changed is in the input', () => {
  const named = methods.flatMap(({ name, about }) => {
    const path = (about.meta as { changes?: { name?: string } | null }).changes?.name;
    return path === undefined ? [] : [{ name, leaf: leafOf(about.inputSchema, path.split('.')) }];
  });
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ leaf }) => !(leaf instanceof z.ZodString)).map(({ name }) => name)).toEqual([]);
});

function leafOf(schema: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, step) => (at instanceof z.ZodObject ? at.shape[step] : undefined), schema);
}
