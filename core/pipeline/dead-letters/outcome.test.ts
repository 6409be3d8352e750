import { expect, test } from 'vitest';
import type { LetterEntry } from './ledger.ts';
import { type ArrivalReader, outcomeOf } from './outcome.ts';

const to = { topic: 'orders', partition: 1, offset: '7' };
const entry = (did: LetterEntry['did'], more: Partial<LetterEntry> = {}): LetterEntry => {
  return { version: 1, letter: 'c/t/0@1', at: 5, did, isEdited: true, ...more };
};
const arrivals = (isPast: boolean | undefined): ArrivalReader => ({ isPast: () => isPast });
const arrivalOf = (...[one, letters, reader]: Parameters<typeof outcomeOf>) => outcomeOf(one, letters, reader).arrival;

test.each([undefined, entry('restored'), entry('failed')])(
  'nothing was done, or it was taken back: open (%#)',
  (one) => {
    expect(outcomeOf(one, [], undefined)).toEqual({
      state: 'open',
      at: null,
      isEdited: false,
      to: null,
      arrival: null,
    });
  },
);

test.each(['dropped', 'sending'] as const)('%s says when, and goes nowhere', (did) => {
  expect(outcomeOf(entry(did), [], undefined)).toEqual({ state: did, at: 5, isEdited: true, to: null, arrival: null });
});

test('what was redriven has arrived when every sink is past it', () => {
  const asked: unknown[] = [];
  const reader: ArrivalReader = { isPast: (...place) => asked.push(place) > 0 };
  expect(outcomeOf(entry('redriven', { to }), [], reader)).toEqual({
    state: 'redriven',
    at: 5,
    isEdited: true,
    to: { topic: 'orders', partition: 1, offset: 7n },
    arrival: 'written',
  });
  expect(asked).toEqual([[1, 7n]]);
  expect(arrivalOf(entry('redriven', { to }), [], arrivals(false))).toBe('waiting');
  expect(arrivalOf(entry('redriven', { to }), [], arrivals(undefined))).toBe('unknown');
  expect(arrivalOf(entry('redriven', { to }), [], undefined)).toBe('unknown');
});

test('an entry that does not say where it went to is unknown, whatever the sinks hold', () => {
  expect(outcomeOf(entry('redriven'), [], arrivals(true))).toMatchObject({ to: { offset: -1n }, arrival: 'unknown' });
  const first = entry('redriven', { to: { ...to, offset: '0' } });
  expect(arrivalOf(first, [], arrivals(true))).toBe('written');
});

test('one that came back as a letter was refused: same partition, same offset', () => {
  const at = (partition: number, offset: bigint) => ({ source: { topic: 'orders', partition, offset } });
  expect(arrivalOf(entry('redriven', { to }), [at(0, 1n), at(1, 7n)], arrivals(true))).toBe('refused');
  expect(arrivalOf(entry('redriven', { to }), [at(0, 7n), at(1, 8n)], arrivals(true))).toBe('written');
});
