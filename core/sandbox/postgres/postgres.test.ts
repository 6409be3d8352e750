import { existsSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { openPostgres, type PostgresOptions, type SandboxPostgres } from './postgres.ts';
import { cacheDir, homeOf, isRoot, makeDataDir, query, removeDataDirs, startOwner } from './test-servers.ts';

const timeout = 60_000;
/** The data of all tests that need none of their own: making a database is what takes time here. */
const dataDir = makeDataDir();
const open: SandboxPostgres[] = [];

async function start(dataDir: string, options: Partial<PostgresOptions> = {}): Promise<SandboxPostgres> {
  const server = await openPostgres({ dataDir, cacheDir, ...options });
  open.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

afterAll(removeDataDirs);

describe('a start', { timeout }, () => {
  test('makes a database, and the next keeps its rows, password and port', async () => {
    const first = await start(dataDir);
    expect(first.majorVersion).toBeGreaterThanOrEqual(18);
    await query(first.url, 'CREATE TABLE t AS SELECT generate_series(1, 1000) AS n');
    await first.close();
    await expect(query(first.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');

    const second = await start(dataDir);
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'SELECT count(*)::int AS n FROM t')).toEqual([{ n: 1000 }]);
  });

  test('of a second server on the same data is refused, and the first goes on', async () => {
    const { url } = await start(dataDir);
    await expect(start(dataDir)).rejects.toMatchObject({ code: 'DATA_IN_USE', nextStep: expect.any(String) });
    expect(await query(url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  test('on a port that is taken is refused by its number; without a wish another is taken', async () => {
    const first = await start(dataDir);
    await first.close();
    const other = createServer().listen(first.port, '127.0.0.1');
    try {
      const refused = start(dataDir, { port: first.port });
      await expect(refused).rejects.toMatchObject({ code: 'PORT_IN_USE', object: `127.0.0.1:${first.port}` });
      const second = await start(dataDir);
      expect(second.port).not.toBe(first.port);
    } finally {
      other.close();
    }
  });

  test('passes over a stale postmaster.pid whose pid is another process now', async () => {
    await (await start(dataDir)).close();
    const clusterDir = join(homeOf(dataDir) ?? join(dataDir, 'postgres'), 'cluster');
    writeFileSync(join(clusterDir, 'postmaster.pid'), `${process.pid}\n${clusterDir}\n1\n5432\n\n127.0.0.1\n\nready\n`);
    const server = await start(dataDir);
    expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  test('with data of another major version keeps it aside and begins anew', async () => {
    const dataDir = makeDataDir();
    await (await start(dataDir)).close();
    const homeDir = homeOf(dataDir) ?? join(dataDir, 'postgres');
    writeFileSync(join(homeDir, 'cluster', 'PG_VERSION'), '17\n');
    renameSync(join(homeDir, 'cluster', 'postgresql.conf'), join(homeDir, 'cluster', 'mine.conf'));
    const lines: string[] = [];
    const server = await start(dataDir, { log: (line) => lines.push(line) });
    expect(lines.join()).toContain('postgres-17-old');
    expect(existsSync(join(homeDir, 'postgres-17-old', 'mine.conf'))).toBe(true);
    expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });
});

describe('a running server', { timeout }, () => {
  test('suits: loopback only, durable, UTF-8 that sorts by code point', async () => {
    const { url } = await start(dataDir);
    const [row] = await query(
      url,
      `SELECT current_setting('listen_addresses') AS listen, current_setting('unix_socket_directories') AS sockets,
              current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
              current_setting('server_encoding') AS encoding, upper('é') AS upper, 'Z' < 'a' AS "isByCodePoint",
              current_user AS me, current_database() AS database`,
    );
    expect(row).toEqual({
      listen: '127.0.0.1',
      sockets: '',
      fsync: 'on',
      commit: 'on',
      encoding: 'UTF8',
      upper: 'É',
      isByCodePoint: true,
      me: 'mercury',
      database: 'mercury',
    });
  });

  test('lets nobody in without the password, which no other user can read', async () => {
    const { url } = await start(dataDir);
    expect(statSync(join(dataDir, 'postgres', 'server.json')).mode & 0o777).toBe(0o600);
    const wrong = new URL(url);
    wrong.password = 'guessed';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    const [row] = await query<{ rolpassword: string }>(
      url,
      'SELECT rolpassword FROM pg_authid WHERE rolname = current_user',
    );
    expect(row?.rolpassword).toMatch(/^SCRAM-SHA-256\$/);
  });

  test('takes 20 connections at once and a COPY', async () => {
    const { url } = await start(dataDir);
    await query(url, 'CREATE TABLE copied (n int, text text)');
    const pool = new pg.Pool({ connectionString: url, max: 20 });
    const clients = await Promise.all(Array.from({ length: 20 }, () => pool.connect()));
    const copies = clients.map((client, c) => {
      const rows = Array.from({ length: 500 }, (_, n) => `${c * 500 + n}\tZürich ${n}\n`);
      return pipeline(Readable.from(rows), client.query(copyFrom('COPY copied FROM STDIN')));
    });
    await Promise.all(copies);
    for (const client of clients) client.release();
    await pool.end();
    expect(await query(url, 'SELECT count(DISTINCT n)::int AS n FROM copied')).toEqual([{ n: 10_000 }]);
  });

  test('ends with clients connected, and tells its states', async () => {
    const states: string[] = [];
    const server = await start(dataDir, { onStateChange: (state) => states.push(state) });
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => undefined);
    await client.connect();
    await Promise.all([server.close(), server.close()]);
    expect(server.pid).toBeUndefined();
    expect(states).toEqual(['starting', 'running', 'stopped']);
  });
});

describe('who runs the server', { timeout }, () => {
  test.skipIf(!isRoot)(
    'root: another uid, below /var/lib when that uid cannot pass, swept when its data is gone',
    async () => {
      const hiddenDir = makeDataDir(0o700);
      const server = await start(hiddenDir);
      const homeDir = homeOf(hiddenDir);
      expect(statSync(join(homeDir ?? '', 'cluster'))).toMatchObject({ uid: 65534, mode: 0o40700 });
      expect(statSync(`/proc/${server.pid}`).uid).toBe(65534);
      await server.close();
      renameSync(join(hiddenDir, 'postgres'), join(hiddenDir, 'gone'));
      const other = await start(dataDir);
      await other.close();
      expect(existsSync(homeDir ?? '')).toBe(false);
    },
  );

  test.skipIf(!isRoot)('a plain user: the server is theirs, in place; root then runs it as them', async () => {
    const theirDir = makeDataDir(0o700, 65533);
    const ownCache = makeDataDir(0o700, 65533);
    const owner = await startOwner(theirDir, { uid: 65533, cacheDir: ownCache });
    expect(statSync(`/proc/${owner.pid}`).uid).toBe(65533);
    expect(existsSync(join(theirDir, 'postgres', 'cluster', 'PG_VERSION'))).toBe(true);
    owner.process.kill('SIGTERM');
    await new Promise((resolve) => owner.process.once('exit', resolve));
    const server = await start(theirDir);
    expect(server.url.split('@')[0]).toBe(owner.url.split('@')[0]);
    expect(statSync(`/proc/${server.pid}`).uid).toBe(65533);
  });
});
