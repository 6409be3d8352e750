import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { QueryStatus, SqlPage } from '#core/contract/sql.ts';
import { type Database, openDatabase } from '#core/duckdb/open.ts';
import { LocalSqlEngine } from './engine.ts';
import { SqlService } from './service.ts';
import { sqlPage } from './wire.ts';

let database: Database;
const engines: LocalSqlEngine[] = [];
beforeAll(async () => {
  database = await openDatabase();
});
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});
afterAll(() => database.close());

function openService(idleMs?: number): SqlService {
  const options = idleMs === undefined ? {} : { idleMs };
  const engine = new LocalSqlEngine({ database, onStatus: (status) => service.onStatus(status), ...options });
  engines.push(engine);
  const service = new SqlService(engine);
  return service;
}

async function run(service: SqlService, sql: string, limit = 1_000_000): Promise<QueryStatus> {
  let last: QueryStatus | undefined;
  for await (const status of service.run({ sql, limit })) last = status;
  return last!;
}

async function page(service: SqlService, queryId: string, from = 0, rows = 100): Promise<SqlPage> {
  return sqlPage(await service.engine.page({ queryId, from, rows }), from);
}

/** The values of the one row. */
async function only(sql: string): Promise<Readonly<Record<string, unknown>>> {
  const service = openService();
  const status = await run(service, sql);
  if (status.error !== null) throw new Error(status.error.message);
  const { columns, values } = await page(service, status.queryId);
  return Object.fromEntries(columns.map(({ name }, index) => [name, values[index]![0]]));
}

test('every type of DuckDB is exact on a page: least, greatest and no value', async () => {
  const service = openService();
  const { queryId, error } = await run(service, 'SELECT * FROM test_all_types()');
  expect(error).toBeNull();
  const { columns, values, rows } = await page(service, queryId);
  expect(rows).toBe(3);
  const found = Object.fromEntries(columns.map(({ name, kind }, index) => [name, [kind, ...values[index]!]]));
  const nines = '9'.repeat(28);
  const duck = '🦆'.repeat(6);
  expect(found).toMatchObject({
    bool: ['bool', false, true, null],
    tinyint: ['number', -128, 127, null],
    bigint: ['int64', -(2n ** 63n), 2n ** 63n - 1n, null],
    hugeint: ['decimal', String(-(2n ** 127n)), String(2n ** 127n - 1n), null],
    uhugeint: ['decimal', '0', String(2n ** 128n - 1n), null],
    uint: ['int64', 0n, 4294967295n, null],
    ubigint: ['decimal', '0', '18446744073709551615', null],
    date: ['date', '5877642-06-25 (BC)', '5881580-07-10', null],
    time: ['time', '00:00:00', '24:00:00', null],
    timestamp: ['timestamp', '290309-12-22 (BC) 00:00:00', '294247-01-10 04:00:54.775806', null],
    timestamp_tz: ['timestamp', '290309-12-22 (BC) 00:00:00+00', '294247-01-10 04:00:54.775806+00', null],
    timestamp_ns: ['text', '1677-09-22 00:00:00', '2262-04-11 23:47:16.854775806', null],
    double: ['number', -Number.MAX_VALUE, Number.MAX_VALUE, null],
    dec_4_1: ['decimal', '-999.9', '999.9', null],
    dec38_10: ['decimal', `-${nines}.${'9'.repeat(10)}`, `${nines}.${'9'.repeat(10)}`, null],
    uuid: ['text', '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', null],
    interval: ['text', '00:00:00', '83 years 3 months 999 days 00:16:39.999999', null],
    varchar: ['text', duck, 'goo\0se', null],
    blob: ['bytes', new TextEncoder().encode('thisisalongblob\0withnullbytes'), new Uint8Array([0, 0, 0, 97]), null],
    small_enum: ['text', 'DUCK_DUCK_ENUM', 'GOOSE', null],
    struct: ['json', '{"a":null,"b":null}', `{"a":42,"b":"${duck}"}`, null],
    map: ['json', '[]', `[["key1","${duck}"],["key2","goose"]]`, null],
    union: ['json', '{"name":"Frank"}', '{"age":5}', null],
    int_array: ['json', '[]', '[42,999,null,null,-42]', null],
  });
});

test('digits inside nested values, infinities, floats and columns of one name', async () => {
  const nested = await only("SELECT {'a': 9007199254740993, 'd': 1.10::DECIMAL(5,2), 'h': 2::HUGEINT ** 0} AS v");
  expect(nested.v).toBe('{"a":9007199254740993,"d":1.10,"h":1}');
  expect(await only("SELECT 'infinity'::DATE AS d, '-infinity'::TIMESTAMP AS t, 0.1::FLOAT AS f, NULL AS n")).toEqual({
    d: 'infinity',
    t: '-infinity',
    f: 0.1,
    n: null,
  });
  expect((await only('SELECT (1, 2) AS pair')).pair).toBe('(1, 2)');
  expect((await only(`SELECT '{"a": 9007199254740993}'::JSON AS j`)).j).toBe('{"a": 9007199254740993}');
  const service = openService();
  const { queryId } = await run(service, 'SELECT 1 AS same, 2 AS same');
  expect(await page(service, queryId)).toMatchObject({
    columns: [{ name: 'same' }, { name: 'same' }],
    values: [[1], [2]],
  });
});

test('pages of a random result are stable: the query ran once', async () => {
  const service = openService();
  const status = await run(service, 'SELECT i, random() AS r FROM range(300000) t(i)');
  expect(status).toMatchObject({ state: 'done', rows: 300_000, totalRows: 300_000, isTruncated: false });
  const first = await page(service, status.queryId, 250_000, 2_000);
  expect(await page(service, status.queryId, 250_000, 2_000)).toEqual(first);
  expect(first.values[0]![0]).toBe(250_000n);
  expect(first.values[0]![1_999]).toBe(251_999n);
  const end = await page(service, status.queryId, 299_990, 100);
  expect(end.rows).toBe(10);
  expect((await page(service, status.queryId, 400_000, 100)).rows).toBe(0);
});

test('the first rows can be read while the rest is still coming, in the order of the query', async () => {
  const service = openService();
  const seen: QueryStatus[] = [];
  for await (const status of service.run({ sql: 'SELECT i FROM range(20000000) t(i)', limit: 4_000_000 })) {
    seen.push(status);
    if (seen.some(({ rows }) => rows > 0) && seen.length < 4) {
      const { values } = await page(service, status.queryId, 0, 3);
      expect(values).toEqual([[0n, 1n, 2n]]);
    }
  }
  expect(seen.find(({ rows }) => rows > 0)).toMatchObject({ state: 'running', totalRows: null });
  expect(seen.at(-1)).toMatchObject({ state: 'done', rows: 4_000_000, totalRows: null, isTruncated: true });
});

test.each([
  [4_096, false],
  [4_095, true],
  [1, true],
  [4_097, false],
])('a limit of %i on 4096 rows is told apart from their end', async (limit, isTruncated) => {
  const service = openService();
  const status = await run(service, 'SELECT * FROM range(4096)', limit);
  const rows = Math.min(limit, 4_096);
  expect(status).toMatchObject({ rows, isTruncated, totalRows: isTruncated ? null : 4_096 });
  expect((await page(service, status.queryId, 0, 10_000)).rows).toBe(rows);
});

test('statements that change rows say how many, others have no rows', async () => {
  const service = openService();
  expect(await run(service, 'CREATE TABLE made (a INT)')).toMatchObject({ state: 'done', columns: null });
  expect(await run(service, 'INSERT INTO made FROM range(5)')).toMatchObject({ rowsChanged: 5, columns: null });
  const several = await run(service, 'DELETE FROM made WHERE a > 2; SELECT count(*) AS n FROM made');
  expect((await page(service, several.queryId)).values).toEqual([[3n]]);
  const [table] = (await service.engine.tables()).filter(({ name }) => name === 'made');
  expect(table).toMatchObject({ schema: 'main', kind: 'table', columns: [{ name: 'a', type: 'INTEGER' }] });
});

test('what is wrong with a statement is an error as data', async () => {
  const service = openService();
  for (const sql of ['SELEC 1', 'SELECT nothing FROM nowhere', "SELECT 'x'::INT"]) {
    const { state, error } = await run(service, sql);
    expect(state).toBe('failed');
    expect(error).toMatchObject({ code: 'INVALID_INPUT', retryable: false });
  }
  await expect(page(service, randomUUID())).rejects.toMatchObject({
    code: 'NOT_FOUND',
    nextStep: 'Run the query again.',
  });
});

test('nothing is fetched from the network, and no statement can allow it', async () => {
  const service = openService();
  const statements = [
    'INSTALL httpfs',
    'LOAD httpfs',
    'SET autoinstall_known_extensions = true',
    "SET custom_extension_repository = 'http://127.0.0.1:1'",
    "SELECT * FROM read_csv('https://127.0.0.1:1/a.csv')",
  ];
  for (const sql of statements) expect(await run(service, sql), sql).toMatchObject({ state: 'failed' });
});

const endless = 'SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE (a.range * b.range) % 7 = 3';

test('a cancelled query ends; a caller that goes away cancels', async () => {
  const service = openService();
  const queryId = randomUUID();
  const running = service.run({ sql: endless, limit: 10, queryId });
  await running.next();
  const cancelling = service.engine.cancel(queryId);
  let last: QueryStatus | undefined;
  for await (const status of running) last = status;
  await cancelling;
  expect(last).toMatchObject({ state: 'cancelled', error: null });

  const leaving = new AbortController();
  const left = service.run({ sql: endless, limit: 10, queryId: randomUUID() }, leaving.signal);
  await left.next();
  leaving.abort();
  for await (const status of left) expect(status.state).toBe('running');
  expect(await run(service, 'SELECT 1')).toMatchObject({ state: 'done' });
});

test('rows read before a cancel stay readable', async () => {
  const service = openService();
  const queryId = randomUUID();
  for await (const status of service.run({ sql: 'SELECT * FROM range(100000000)', limit: 100_000_000, queryId })) {
    if (status.rows > 0) void service.engine.cancel(queryId);
    if (status.state !== 'running') expect(status).toMatchObject({ state: 'cancelled', totalRows: null });
  }
  expect((await page(service, queryId, 0, 2)).values).toEqual([[0n, 1n]]);
});

test('a result that nobody reads expires; reading keeps it', async () => {
  const service = openService(200);
  const { queryId } = await run(service, 'SELECT 1');
  const kept = await run(service, 'SELECT 2');
  const until = performance.now() + 800;
  await vi.waitFor(async () => {
    await page(service, kept.queryId);
    expect(performance.now()).toBeGreaterThan(until);
  }, 5_000);
  await expect(page(service, queryId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await page(service, kept.queryId)).values).toEqual([[2]]);
});
