/** Links name a place of the page and can’t become more. */
import { expect, test } from 'vitest';
import { placeInArguments, placeOf } from './deep-links.ts';

test('a link names a place of the page', () => {
  expect(placeOf('mercury://topics/flights')).toBe('#/topics/flights');
  expect(placeOf('mercury://topics/flights/3@1024')).toBe('#/topics/flights/3%401024');
  expect(placeOf('mercury://topics/caf%C3%A9')).toBe('#/topics/caf%C3%A9');
  expect(placeOf('mercury:///pipelines')).toBe('#/pipelines');
  expect(placeOf('mercury://')).toBe('#/');
});

test('what is no link of ours is no place; what is in it can’t become more than a place', () => {
  for (const other of ['https://topics/flights', 'topics', '', 'mercury://topics/%', `mercury://${'x'.repeat(3000)}`]) {
    expect(placeOf(other), other).toBeUndefined();
  }
  expect(placeOf('mercury://topics/<script>"#?a=1')).toBe('#/topics/%3Cscript%3E%22');
  expect(placeOf('mercury://topics/..%2F..%2Fx')).toBe('#/topics/..%2F..%2Fx');
});

test('it is found among the arguments of a start', () => {
  expect(placeInArguments(['electron', '.', '--flag', 'mercury://home'])).toBe('#/home');
  expect(placeInArguments(['electron', '.', 'home'])).toBeUndefined();
});
