import { expect, test } from 'vitest';
import { niceCeiling } from './scale.ts';

test('the scale ends at a round number that holds the value', () => {
  expect([1, 9.5, 10, 11, 199, 4_100, 61_000].map(niceCeiling)).toEqual([1, 10, 10, 20, 200, 5_000, 80_000]);
});
