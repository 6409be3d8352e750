import { expect, test } from 'vitest';
import { parsePlace, parseTopicPlace, placeText } from './place.ts';

test('a place within a topic, exact beyond 2^53', () => {
  expect(parsePlace(' 2@9007199254740993 ')).toEqual({ partition: 2, offset: 9_007_199_254_740_993n });
  expect(parsePlace('2 @ 48 213')).toEqual({ partition: 2, offset: 48_213n });
  expect(placeText({ partition: 2, offset: 48_213n })).toBe('2@48213');
});

test('a place with its topic, whose name may look like one', () => {
  expect(parseTopicPlace('flights-2@7')).toEqual({ topic: 'flights', partition: 2, offset: 7n });
  expect(parseTopicPlace('a-1-b.c-12@0')).toEqual({ topic: 'a-1-b.c', partition: 12, offset: 0n });
});

test.each(['', '2', '@3', '2@', '2@x', '-1@3', 'flights@3', 'flights-2'])('%j is none', (text) => {
  expect(parsePlace(text)).toBeUndefined();
  expect(parseTopicPlace(text)).toBeUndefined();
});
