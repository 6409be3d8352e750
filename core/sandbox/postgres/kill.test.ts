/** Ends by force: of the owner, the server, the guard. Nothing stays behind, nothing committed is lost. */
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { afterAll, afterEach, expect, test } from 'vitest';
import { isAlive } from '#core/process/start-time.ts';
import { openPostgres, type PostgresState, type SandboxPostgres } from './postgres.ts';
import { cacheDir, makeDataDir, query, removeDataDirs, startOwner, until } from './test-servers.ts';

const open: SandboxPostgres[] = [];
const timeout = 60_000;
/** One for all: making a database takes longer than all the kills. */
const dataDir = makeDataDir();

/** A server with a table of 1,000 rows, and a promise for the next time it has a state. */
async function startWithRows() {
  const waiting: { state: PostgresState; resolve: (reason?: string) => void }[] = [];
  const onStateChange = (state: PostgresState, reason?: string) => {
    for (const wait of waiting) if (wait.state === state) wait.resolve(reason);
  };
  const server = await openPostgres({ dataDir, cacheDir, onStateChange });
  open.push(server);
  await query(server.url, 'CREATE TABLE IF NOT EXISTS t AS SELECT generate_series(1, 1000) AS n');
  const next = (state: PostgresState) => new Promise<string | undefined>((resolve) => waiting.push({ state, resolve }));
  return { server, next };
}

async function expectRows(url: string): Promise<void> {
  expect(await query(url, 'SELECT count(*)::int AS n FROM t')).toEqual([{ n: 1000 }]);
}

function kill(pid: number | undefined): void {
  if (pid === undefined) throw new Error('no such process');
  process.kill(pid, 'SIGKILL');
}

function parentOf(pid: number | undefined): number {
  return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));
}

/** A zombie that nobody reaps (some containers have no init) is as good as gone. */
function isGone(pid: number): boolean {
  try {
    return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return true;
  }
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

afterAll(removeDataDirs);

test('kill −9 of the owner: the server is gone within 2 s, the rows are there at the next start', {
  timeout,
}, async () => {
  const owner = await startOwner(dataDir);
  await query(owner.url, 'CREATE TABLE IF NOT EXISTS t AS SELECT generate_series(1, 1000) AS n');
  kill(owner.process.pid);
  expect(await until(() => isGone(owner.pid), 5_000)).toBeLessThan(2_000);
  const { server } = await startWithRows();
  await expectRows(server.url);
});

test('kill −9 of the owner with a long statement under way: the same', { timeout }, async () => {
  const owner = await startOwner(dataDir);
  const busy = query(owner.url, 'SELECT count(*) FROM generate_series(1, 1e12)').catch((error: Error) => error.message);
  kill(owner.process.pid);
  expect(await until(() => isGone(owner.pid), 5_000)).toBeLessThan(2_000);
  await busy;
});

test('kill −9 of the server: back by itself on the same port with its rows, every time', { timeout }, async () => {
  const { server, next } = await startWithRows();
  for (let round = 0; round < 3; round++) {
    const running = next('running');
    kill(server.pid);
    await running;
    await expectRows(server.url);
  }
});

test('kill −9 of the guard: the server it left is replaced', { timeout }, async () => {
  const { server, next } = await startWithRows();
  const left = server.pid ?? 0;
  const running = next('running');
  kill(parentOf(left));
  await running;
  expect(isAlive(left, undefined) && !isGone(left)).toBe(false);
  await expectRows(server.url);
});

test('kill −9 of guard, watcher and owner: the server lives on, and the next start reaps it', { timeout }, async () => {
  const owner = await startOwner(dataDir);
  await query(owner.url, 'CREATE TABLE IF NOT EXISTS t AS SELECT generate_series(1, 1000) AS n');
  const guard = parentOf(owner.pid);
  const watchers = execFileSync('pgrep', ['-P', String(guard)], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(Number);
  for (const pid of watchers) if (pid !== owner.pid) kill(pid);
  kill(guard);
  kill(owner.process.pid);
  await until(() => isGone(owner.process.pid ?? 0), 5_000);
  await expectRows(owner.url);
  const { server } = await startWithRows();
  expect(isGone(owner.pid)).toBe(true);
  await expectRows(server.url);
});

test('a close while it restarts ends it for good', { timeout }, async () => {
  const { server, next } = await startWithRows();
  const restarting = next('restarting');
  kill(server.pid);
  await restarting;
  await server.close();
  expect(server.pid).toBeUndefined();
  await expect(query(server.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
});

test('a port stolen meanwhile: says so, and is back by itself once the port is free', { timeout }, async () => {
  const { server, next } = await startWithRows();
  const [restarting, failed, running] = [next('restarting'), next('failed'), next('running')];
  kill(server.pid);
  await restarting;
  const thief = createServer().listen(server.port, server.host);
  expect(await failed).toBe('its port is taken by another program');
  thief.close();
  await running;
  await expectRows(server.url);
});
