import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { batchOf } from '#core/columns/test-batch.ts';
import { createCopyBuffer } from './copy-buffer.ts';
import { createCopyEncoder } from './copy-encoder.ts';
import { openSession } from './session.ts';
import { openTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const application = 'mercury/session-test';

async function pidOf(session: { query: TestServer['session']['query'] }): Promise<number> {
  const [row] = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid', 'test');
  return row!.pid;
}

/** Ends the connection of that process as soon as it sleeps in a statement. */
async function endSleeper(pid: number): Promise<void> {
  const sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'";
  while ((await server.session.query(sql, 'test', [pid])).length === 0);
}

test('is seen in pg_stat_activity under its name', async () => {
  const session = await openSession({ url: server.url, application });
  const rows = await session.query(
    'SELECT application_name AS name FROM pg_stat_activity WHERE pid = pg_backend_pid()',
    'test',
  );
  expect(rows).toEqual([{ name: application }]);
  await session.close();
});

test('ends whatever is under way when it is closed', async () => {
  const session = await openSession({ url: server.url, application });
  const waiting = session.query('SELECT pg_sleep(60)', 'test');
  const failed = expect(waiting).rejects.toMatchObject({ code: 'SINK_UNREACHABLE' });
  await session.close();
  await failed;
  await session.close();
  expect(session.isUsable).toBe(false);
});

test('a connection that the server ends is an error that can be tried again, and is not used any more', async () => {
  const session = await openSession({ url: server.url, application });
  const pid = await pidOf(session);
  const waiting = session.query('SELECT pg_sleep(60)', 'test');
  const failed = expect(waiting).rejects.toMatchObject({ code: 'SINK_UNREACHABLE', retryable: true });
  await endSleeper(pid);
  await failed;
  await expect(session.query('SELECT 1', 'test')).rejects.toMatchObject({ code: 'SINK_UNREACHABLE' });
  expect(session.isUsable).toBe(false);
  await session.close();
});

test('a COPY of a table that is not there says so, and the session goes on', async () => {
  const session = await openSession({ url: server.url, application });
  const bytes = new Uint8Array(3_000_000);
  await expect(session.copyIn('COPY nowhere FROM STDIN (FORMAT binary)', bytes, 'nowhere')).rejects.toMatchObject({
    code: 'PREFLIGHT_FAILED',
    object: 'nowhere',
  });
  expect(await pidOf(session)).toBeGreaterThan(0);
  await session.close();
});

test('a COPY refused at its first bytes leaves a session that goes on', async () => {
  const session = await openSession({ url: server.url, application });
  await session.query('CREATE TEMP TABLE t (v int)', 't');
  const bytes = new Uint8Array(8_000_000);
  await expect(session.copyIn('COPY t FROM STDIN (FORMAT binary)', bytes, 't')).rejects.toMatchObject({
    code: 'SINK_REJECTED',
  });
  expect(await pidOf(session)).toBeGreaterThan(0);
  await session.close();
});

test('a COPY whose connection is cut fails instead of waiting', async () => {
  const session = await openSession({ url: server.url, application });
  const pid = await pidOf(session);
  await session.query('CREATE TEMP TABLE t (v int CHECK (pg_sleep(60) IS NOT NULL))', 't');
  const fields = [{ name: 'v', type: { kind: 'int32' }, nullable: true }] as const;
  const { columns, length } = batchOf(fields, [{ values: { v: 1 } }]);
  const bytes = createCopyEncoder([fields[0].type])({ columns, length, rows: undefined }, createCopyBuffer());
  const copy = session.copyIn('COPY t FROM STDIN (FORMAT binary)', bytes, 't');
  const failed = expect(copy).rejects.toMatchObject({ code: 'SINK_UNREACHABLE', retryable: true });
  await endSleeper(pid);
  await failed;
  await session.close();
});

test('a port where nobody listens can be tried again', async () => {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as { port: number };
  await new Promise((resolve) => listener.close(resolve));
  const opening = openSession({ url: `postgres://user:secret@127.0.0.1:${port}/db`, application });
  await expect(opening).rejects.toMatchObject({
    code: 'SINK_UNREACHABLE',
    retryable: true,
    object: `127.0.0.1:${port}/db`,
  });
});

test('a wrong password or database needs the user, and no message holds the password', async () => {
  const wrong = new URL(server.url);
  wrong.pathname = '/nowhere';
  await expect(openSession({ url: wrong.href, application })).rejects.toMatchObject({
    code: 'PREFLIGHT_FAILED',
    retryable: false,
  });
  const error: unknown = await openSession({ url: 'postgres://u:se cret@[::bad/db', application }).catch((e) => e);
  expect(error).toMatchObject({ code: 'INVALID_INPUT' });
  expect(JSON.stringify(error) + String((error as Error).cause)).not.toContain('cret');
});
