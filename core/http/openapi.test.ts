/** The contract over plain HTTP: by path, exact numbers as text, errors as data, and only with the token. */
import { implement } from '@orpc/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contract } from '#core/contract/contract.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import { type Host, openHost } from './host.ts';

const os = implement(contract);
const asked: unknown[] = [];
const record = {
  topic: 'flights',
  partition: 1,
  offset: 2n ** 60n,
  timestamp: 0n,
  key: { format: 'text', value: '7', schemaId: null, failures: [] },
  value: { format: 'binary', value: new Uint8Array([0, 255]), schemaId: null, failures: [] },
  headers: [{ name: 'h', value: new Uint8Array([1]) }],
  sizeBytes: 3,
} as const;
const router = {
  topics: {
    records: os.topics.records.handler(({ input }) => {
      asked.push(input);
      return {
        records: [
          {
            ...record,
            headers: [...record.headers],
            key: { ...record.key, failures: [] },
            value: { ...record.value, failures: [] },
          },
        ],
        older: '0:5',
      };
    }),
  },
  pipelines: {
    start: os.pipelines.start.handler(({ input }) => {
      throw new WorkbenchError('NOT_FOUND', `there is no pipeline ${input.name}`, { object: input.name });
    }),
  },
};

let host: Host;
beforeAll(async () => {
  host = await openHost({ router, version: '1.2.3', pageDir: '/nonexistent', preferredPort: 0 });
});
afterAll(() => host.close());

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${host.address}${path}`, { ...init, headers: { authorization: `Bearer ${host.token}`, ...init.headers } });

test('a program calls by path; int64 and bytes cross exactly, as text', async () => {
  const answer = await ask('/api/topics/flights/records?limit=5&before=0:1152921504606846977,1:2');
  expect(asked).toMatchObject([{ topic: 'flights', limit: 5, before: '0:1152921504606846977,1:2' }]);
  expect(await answer.json()).toMatchObject({
    records: [{ offset: '1152921504606846976', value: { value: 'AP8=' }, headers: [{ value: 'AQ==' }] }],
    older: '0:5',
  });
});

test('an error is data with its code', async () => {
  const answer = await ask('/api/pipelines/nope/start', { method: 'POST' });
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ code: 'WORKBENCH', data: { code: 'NOT_FOUND', object: 'nope' } });
  expect((await ask('/api/no/such/method')).status).toBe(404);
  expect((await ask('/api/topics/flights/records?limit=many')).status).toBe(400);
});

test('without the token, or from another site, nothing is answered', async () => {
  expect((await fetch(`${host.address}/api/openapi.json`)).status).toBe(401);
  expect((await fetch(`${host.address}/api/pipelines/x/start`, { method: 'POST' })).status).toBe(405);
  expect((await ask('/api/openapi.json', { headers: { origin: 'http://evil.example' } })).status).toBe(403);
});
