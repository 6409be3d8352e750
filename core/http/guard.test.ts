import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { Guard } from './guard.ts';

const guard = new Guard(() => ['127.0.0.1:7777', 'localhost:7777']);
const name = 'mercury-session-7777';

function ask(headers: Readonly<Record<string, string>>): IncomingMessage {
  return { headers, socket: { localPort: 7777 } } as never;
}

test('only the names of this host are ours', () => {
  expect(guard.isOurHost(ask({ host: 'localhost:7777' }))).toBe(true);
  expect(guard.isOurHost(ask({ host: 'localhost:7778' }))).toBe(false);
  expect(guard.isOurHost(ask({ host: 'rebound.example:7777' }))).toBe(false);
  expect(guard.isOurHost(ask({}))).toBe(false);
});

test('a request comes from our page, or from no page', () => {
  expect(guard.isOurOrigin(ask({}))).toBe(true);
  expect(guard.isOurOrigin(ask({ origin: 'http://127.0.0.1:7777' }))).toBe(true);
  for (const origin of ['https://127.0.0.1:7777', 'http://127.0.0.1:7778', 'http://example.com', 'null', '']) {
    expect([origin, guard.isOurOrigin(ask({ origin }))]).toEqual([origin, false]);
  }
});

test('the token opens by cookie or as a bearer, whole', () => {
  const { token } = guard;
  const isIn = (headers: Readonly<Record<string, string>>): boolean => guard.isAuthenticated(ask(headers));
  expect(isIn({ authorization: `Bearer ${token}` })).toBe(true);
  expect(isIn({ cookie: `${name}=${token}` })).toBe(true);
  expect(isIn({ cookie: `theme=dark; ${name}=${token}; other=1` })).toBe(true);
  expect(isIn({})).toBe(false);
  for (const authorization of [
    token,
    `Basic ${token}`,
    `Basic Bearer ${token}`,
    `Bearer ${token}\nmore`,
    'Bearer ',
    `Bearer ${token}x`,
  ]) {
    expect([authorization, isIn({ authorization })]).toEqual([authorization, false]);
  }
  for (const cookie of [
    `other=${token}`,
    'theme=dark',
    `mercury-session-7778=${token}`,
    `${name}=`,
    `${name}=${token.slice(1)}`,
  ]) {
    expect([cookie, isIn({ cookie })]).toEqual([cookie, false]);
  }
});

test('a token of the same length that is another one is refused', () => {
  const other = guard.token.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
  expect([guard.isToken(guard.token), guard.isToken(other), guard.isToken(null), guard.isToken(undefined)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('the cookie is for this host, its port in its name, and no script reads it', () => {
  expect(guard.setCookie(ask({}))).toBe(`${name}=${guard.token}; HttpOnly; SameSite=Strict; Path=/`);
});
