import { afterAll, beforeAll, expect, test } from 'vitest';
import { quoteName, quoteText } from './identifier.ts';
import { openTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const odd = [`it's`, 'a"b', 'back\\slash', '\\', "\\'", 'ünï', 'a;b --', ' '];

test.each(odd)('the text %j reaches the server as it is', async (text) => {
  const rows = await server.session.query(`SELECT ${quoteText(text)} AS "text"`, 'test');
  expect(rows).toEqual([{ text }]);
});

test.each(odd)('the name %j reaches the server as it is', async (name) => {
  const rows = await server.session.query(`SELECT 1 AS ${quoteName(name)}`, 'test');
  expect(rows).toEqual([{ [name]: 1 }]);
});
