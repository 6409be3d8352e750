import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { batchOf, type Value } from '#core/columns/test-batch.ts';
import type { Field } from '#core/columns/type.ts';
import type { SqlPage, SqlValue } from '#core/contract/sql.ts';
import { type Database, openDatabase } from '#core/duckdb/open.ts';
import type { Session } from '#core/duckdb/session.ts';
import type { Sink } from '#core/pipeline/component.ts';
import { answer, Caller } from '#core/process/calls.ts';
import { nodeFork } from '#core/process/node-fork.ts';
import { Analytics } from '#core/sql/analytics.ts';
import { sqlPage } from '#core/sql/wire.ts';
import { conformanceFields, contextOf, type SinkHost, type StoredRow } from './conformance/place.ts';
import { testSink } from './conformance.ts';
import { localOwner } from './duckdb/local.ts';
import type { SinkApi } from './duckdb/messages.ts';
import type { DuckDbSpec } from './duckdb/owner.ts';
import { remoteOwner } from './duckdb/remote.ts';
import { SinkServer } from './duckdb/serve.ts';
import { duckDbSink } from './duckdb.ts';

const context = contextOf('duckdb');
const dir = mkdtempSync(join(tmpdir(), 'mercury-duckdb-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('owned by the analytics process', () => {
  let analytics: Analytics;
  const caller: Caller<SinkApi> = new Caller(
    (call) => void analytics.relay('conformance', call).then((answer) => caller.settle(answer)),
  );

  async function ask(sql: string): Promise<SqlPage | undefined> {
    let last: { queryId: string; state: string; error: unknown } | undefined;
    for await (const status of analytics.sql.run({ sql, limit: 100_000 })) last = status;
    if (last?.state !== 'done') throw new Error(JSON.stringify(last?.error));
    if (!/^SELECT/.test(sql)) return undefined;
    const page = await analytics.sql.engine.page({ queryId: last.queryId, from: 0, rows: 100_000 });
    return sqlPage(page, 0);
  }

  /** Kills the owner; resolves when the next one runs. */
  async function cut(): Promise<void> {
    const { pid } = analytics.process()!;
    process.kill(pid!, 'SIGKILL');
    await vi.waitFor(
      () => {
        expect(analytics.process()!.pid).not.toBe(pid);
        expect(analytics.process()!.state).toBe('running');
      },
      { timeout: 30_000, interval: 20 },
    );
  }

  async function openHost(): Promise<SinkHost> {
    const file = join(dir, 'workspace.duckdb');
    analytics = new Analytics({ fork: nodeFork(), file, onChange: () => {}, log: () => {} });
    let schemas = 0;
    return {
      async createTarget() {
        const schema = `s${schemas++}`;
        const table = `${schema}.rows`;
        await ask(`CREATE SCHEMA ${schema}`);
        return {
          spec: { type: 'duckdb', table, key: ['id'] },
          connection: context.connection,
          rows: async () => rowsOf((await ask(`SELECT id, name, value FROM ${table} ORDER BY id`))!),
          refuse: async (name) => {
            const columns = `id BIGINT NOT NULL, name VARCHAR CHECK (name <> '${name}'), value INTEGER`;
            await ask(`CREATE TABLE ${schema}.picky (${columns}); INSERT INTO ${schema}.picky FROM ${table};
              DROP TABLE ${table}; ALTER TABLE ${schema}.picky RENAME TO rows`);
          },
          cut,
        };
      },
      close: () => analytics.close(),
    };
  }

  testSink(duckDbSink(remoteOwner(caller, localOwner())), openHost);
});

test('a sink over there that refused a row before its first claim is used again, and closed with the one here', async () => {
  const asked: string[] = [];
  const server = new SinkServer(localOwner(() => join(dir, 'served.duckdb')));
  const caller: Caller<SinkApi> = new Caller((call) => {
    asked.push(call.method);
    void answer(server.api('test'), call).then((given) => caller.settle(given));
  });
  const component = duckDbSink(remoteOwner(caller, localOwner()));
  const sink = await component.open(component.spec.parse({ type: 'duckdb', table: 'served', key: ['id'] }), context);
  const bad = batchOf(conformanceFields, [{ values: { id: 1, name: new Uint8Array([0xff]) } }]);
  await expect(sink.stage(bad)).rejects.toMatchObject({ code: 'SINK_REJECTED' });
  await sink.claim([0]);
  await sink.close();
  expect(asked).toEqual(['open', 'stage', 'claim', 'close']);
});

test('a sink whose process ends while it is opened is closed, not kept for nobody', async () => {
  const own = localOwner(() => join(dir, 'orphaned.duckdb'));
  const gate = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<Sink>();
  const server = new SinkServer({
    ...own,
    async open(spec, identity, fields) {
      await gate.promise;
      const sink = await own.open(spec, identity, fields);
      vi.spyOn(sink, 'close');
      opened.resolve(sink);
      return sink;
    },
  });
  const spec: DuckDbSpec = { type: 'duckdb', table: 'orphaned', key: ['id'], mode: 'upsert' };
  const opening = server.api('gone').open({ spec, identity: context, fields: conformanceFields });
  await server.release('gone');
  gate.resolve();
  await expect(opening).rejects.toMatchObject({ code: 'CANCELLED' });
  expect((await opened.promise).close).toHaveBeenCalled();
});

function rowsOf({ rows, values }: SqlPage): StoredRow[] {
  const [ids, names, numbers] = values as [SqlValue[], SqlValue[], SqlValue[]];
  return Array.from(
    { length: rows },
    (_, row) => ({ id: ids[row], name: names[row], value: numbers[row] }) as StoredRow,
  );
}

describe('the DuckDB sink', () => {
  let database: Database;
  let session: Session;
  let tables = 0;
  const file = join(dir, 'own.duckdb');
  const opened: Sink[] = [];
  beforeAll(async () => {
    database = await openDatabase({ file });
    session = await database.connect();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((sink) => sink.close()));
  });
  afterAll(() => {
    session.close();
    database.close();
  });

  async function open(spec: Partial<DuckDbSpec>, fields: readonly Field[] = conformanceFields): Promise<Sink> {
    const component = duckDbSink(localOwner());
    const parsed = component.spec.parse({ type: 'duckdb', key: ['id'], file, ...spec });
    const sink = await component.open(parsed, { ...context, fields });
    opened.push(sink);
    return sink;
  }

  async function createTable(columns: string): Promise<string> {
    const table = `existing_${tables++}`;
    await session.run(`CREATE TABLE ${table} (${columns})`);
    return table;
  }

  test.each([
    ['a missing column', 'id BIGINT NOT NULL, name VARCHAR', /lacks columns: value/, /ADD COLUMN "value" INTEGER/],
    ['another type', 'id BIGINT NOT NULL, name INT, value INT', /name is INTEGER/, /ALTER COLUMN "name" TYPE VARCHAR/],
    ['a key that may be null', 'id BIGINT, name VARCHAR, value INT', /without a key \(id\)/, /SET NOT NULL/],
    [
      'more than is there',
      'id BIGINT NOT NULL, name VARCHAR, value INT, x INT NOT NULL',
      /demands .*: x/,
      /DROP NOT NULL/,
    ],
  ])('says before the start what does not fit: %s', async (_, columns, message, nextStep) => {
    const table = await createTable(columns);
    await expect(open({ table })).rejects.toMatchObject({
      code: 'PREFLIGHT_FAILED',
      object: table,
      message: expect.stringMatching(message),
      nextStep: expect.stringMatching(nextStep),
    });
  });

  test('a view, a missing schema, no key, an unknown key', async () => {
    await session.run('CREATE VIEW seen AS SELECT 1');
    await expect(open({ table: 'seen' })).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED', message: /view/ });
    const nextStep = 'Run: CREATE SCHEMA "nowhere";';
    await expect(open({ table: 'nowhere.t' })).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED', nextStep });
    await expect(open({ table: 't', key: [] })).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED' });
    await expect(open({ table: 't', key: ['x'] })).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED' });
  });

  test('leaves other columns of an existing table as they are, with a primary key too', async () => {
    const table = await createTable("id BIGINT PRIMARY KEY, note VARCHAR DEFAULT 'mine', name VARCHAR, value BIGINT");
    const sink = await open({ table });
    await (await sink.stage(batchOf(conformanceFields, [{ values: { id: 1, name: 'a', value: 2 } }]))).commit([]);
    await session.run(`UPDATE ${table} SET note = 'changed'`);
    await (await sink.stage(batchOf(conformanceFields, [{ values: { id: 1, name: 'b', value: 3 } }]))).commit([]);
    expect(await session.rows(`SELECT * FROM ${table}`)).toEqual([{ id: 1n, note: 'changed', name: 'b', value: 3n }]);
  });

  test('keeps the values of a column that is added while it runs', async () => {
    const table = `grown_${tables++}`;
    const sink = await open({ table });
    const write = async (name: string) =>
      (await sink.stage(batchOf(conformanceFields, [{ values: { id: 1, name, value: 2 } }]))).commit([]);
    await write('a');
    await session.run(`ALTER TABLE ${table} ADD COLUMN note VARCHAR; UPDATE ${table} SET note = 'mine'`);
    await write('b');
    expect(await session.rows(`SELECT * FROM ${table}`)).toEqual([{ id: 1n, name: 'b', value: 2, note: 'mine' }]);
    await session.run(`ALTER TABLE ${table} DROP COLUMN note; ALTER TABLE ${table} DROP COLUMN value`);
    await expect(write('c')).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED' });
  });

  test('every type arrives exactly', async () => {
    const types: Readonly<Record<string, readonly [Field['type'], Value, string]>> = {
      bool: [{ kind: 'bool' }, true, 'true'],
      date: [{ kind: 'date' }, -1, '1969-12-31'],
      time: [{ kind: 'time', unit: 'ms' }, 86_399_999n, '23:59:59.999'],
      time_us: [{ kind: 'time', unit: 'us' }, 1n, '00:00:00.000001'],
      moment: [{ kind: 'timestamp', unit: 'ms', utc: true }, -1n, '1969-12-31 23:59:59.999+00'],
      far: [{ kind: 'timestamp', unit: 'ms', utc: false }, 9_100_000_000_000_001n, '290337-07-10 01:46:40.001'],
      clock: [{ kind: 'timestamp', unit: 'us', utc: false }, 1_357_034_400_000_001n, '2013-01-01 10:00:00.000001'],
      small: [{ kind: 'decimal', precision: 4, scale: 2 }, '-0.05', '-0.05'],
      middle: [{ kind: 'decimal', precision: 9, scale: 0 }, '-999999999', '-999999999'],
      wide: [{ kind: 'decimal', precision: 18, scale: 3 }, '-123456789012345.678', '-123456789012345.678'],
      widest: [{ kind: 'decimal', precision: 38, scale: 2 }, `-${'9'.repeat(36)}.99`, `-${'9'.repeat(36)}.99`],
      beyond: [{ kind: 'decimal', precision: 50, scale: 2 }, `${'9'.repeat(48)}.10`, `${'9'.repeat(48)}.10`],
      uuid: [{ kind: 'uuid' }, '0F8FAD5B-d9cb-469f-a165-70867728950e', '0f8fad5b-d9cb-469f-a165-70867728950e'],
      json: [{ kind: 'json' }, '{"a": 9007199254740993}', '{"a": 9007199254740993}'],
      bytes: [{ kind: 'binary' }, new Uint8Array([0, 255, 65]), '\\x00\\xFFA'],
      long: [{ kind: 'utf8' }, `é${'x'.repeat(500)}`, `é${'x'.repeat(500)}`],
      twelve: [{ kind: 'utf8' }, 'twelve bytes', 'twelve bytes'],
      float: [{ kind: 'float32' }, 0.5, '0.5'],
      double: [{ kind: 'float64' }, 0.1, '0.1'],
    };
    const fields: Field[] = [{ name: 'id', type: { kind: 'int64' }, nullable: false }];
    for (const [name, [type]] of Object.entries(types)) fields.push({ name, type, nullable: true });
    const filled = Object.fromEntries(Object.entries(types).map(([name, [, value]]) => [name, value]));
    const sink = await open({ table: 'all_types' }, fields);
    // Nulls and gaps on both sides of a chunk's end.
    const rows = Array.from({ length: 5000 }, (_, id) => ({ values: { id, ...(id % 3 === 0 ? filled : {}) } }));
    await (await sink.stage(batchOf(fields, [...rows, { values: { id: 4999, ...filled } }]))).commit([]);
    const texts = Object.keys(types).map((name) => `"${name}"::VARCHAR AS "${name}"`);
    const expected = Object.fromEntries(Object.entries(types).map(([name, [, , text]]) => [name, text]));
    const found = await session.rows(`SELECT DISTINCT ${texts} FROM all_types WHERE id % 3 = 0 OR id = 4999`);
    expect(found).toEqual([expected]);
    const empty = await session.rows(`SELECT DISTINCT ${texts} FROM all_types WHERE id % 3 <> 0 AND id <> 4999`);
    expect(empty).toEqual([Object.fromEntries(Object.keys(types).map((name) => [name, null]))]);
  });

  test.each<readonly [string, Field['type'], Value]>([
    ['bytes that are no UTF-8, short', { kind: 'utf8' }, new Uint8Array([0xff, 0xfe])],
    ['bytes that are no UTF-8, long', { kind: 'utf8' }, new Uint8Array(40).fill(0xc3)],
    ['no UUID', { kind: 'uuid' }, 'not a uuid'],
    ['no JSON', { kind: 'json' }, '{'],
    ['a decimal with too many digits', { kind: 'decimal', precision: 4, scale: 2 }, '123.45'],
    ['a decimal that would be rounded', { kind: 'decimal', precision: 4, scale: 2 }, '1.234'],
    ['a time beyond the calendar', { kind: 'timestamp', unit: 'ms', utc: true }, 2n ** 62n],
  ])('refuses as a bad row: %s', async (_, type, value) => {
    const fields: Field[] = [...conformanceFields.slice(0, 1), { name: 'odd', type, nullable: true }];
    const sink = await open({ table: `odd_${tables++}` }, fields);
    const write = async () => {
      const staged = await sink.stage(batchOf(fields, [{ values: { id: 1 } }, { values: { id: 2, odd: value } }]));
      await staged.commit([]);
    };
    await expect(write()).rejects.toMatchObject({ code: 'SINK_REJECTED' });
    await (await sink.stage(batchOf(fields, [{ values: { id: 3 } }]))).commit([]);
  });

  test('a key deleted and written again is no conflict, while somebody reads', async () => {
    const table = `back_${tables++}`;
    const sink = await open({ table });
    const row = batchOf(conformanceFields, [{ values: { id: 1, name: 'a' } }]);
    const gone = batchOf(conformanceFields, [{ values: { id: 1 }, tombstone: true }]);
    await (await sink.stage(row)).commit([]);
    await session.run('BEGIN');
    await session.rows(`SELECT * FROM ${table}`);
    await (await sink.stage(gone)).commit([]);
    await (await sink.stage(row)).commit([]);
    await session.run('ROLLBACK');
    expect(await session.rows(`SELECT count(*)::INT AS rows FROM ${table}`)).toEqual([{ rows: 1 }]);
  });

  test('in the mode insert every record is a row, and one sent again is no second row', async () => {
    const table = `events_${tables++}`;
    const sink = await open({ table, mode: 'insert', key: [] });
    const rows = [
      { values: { id: 1, name: 'first' }, partition: 0, offset: 2n ** 53n + 1n },
      { values: { id: 1 }, partition: 1, offset: 1n, tombstone: true },
    ];
    await (await sink.stage(batchOf(conformanceFields, rows), Int32Array.of(0))).commit([]);
    await (await sink.stage(batchOf(conformanceFields, rows))).commit([]);
    expect(await session.rows(`SELECT * FROM ${table} ORDER BY _partition`)).toEqual([
      { _topic_id: 'topic', _partition: 0, _offset: 9007199254740993n, id: 1n, name: 'first', value: null },
      { _topic_id: 'topic', _partition: 1, _offset: 1n, id: 1n, name: null, value: null },
    ]);
  });

  test('the offsets table has the columns that are promised for ever', async () => {
    await open({ table: `promised_${tables++}` });
    const columns = await session.rows(
      `SELECT column_name || ' ' || data_type AS c FROM duckdb_columns()
       WHERE table_name = 'mercury_offsets' ORDER BY column_index`,
    );
    expect(columns.map((row) => row.c)).toEqual([
      'pipeline VARCHAR',
      'sink VARCHAR',
      'cluster_id VARCHAR',
      'topic_id VARCHAR',
      'partition INTEGER',
      'next_offset BIGINT',
      'leader_epoch INTEGER',
      'owner_epoch BIGINT',
      'format INTEGER',
      'updated_at TIMESTAMP WITH TIME ZONE',
    ]);
  });
});
