import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { batchOf } from '#core/columns/test-batch.ts';
import type { Field } from '#core/columns/type.ts';
import type { Sink } from '#core/pipeline/component.ts';
import type { Row } from '#core/postgres/session.ts';
import { openTestServer, type TestServer } from '#core/postgres/test-server.ts';
import type { ResolvedConnection } from '#core/workspace/connection.ts';
import { conformanceFields, contextOf, type SinkHost, type SinkTarget, type StoredRow } from './conformance/place.ts';
import { testSink } from './conformance.ts';
import { createStatements } from './postgres/statements.ts';
import { type PostgresSpec, postgresSink } from './postgres.ts';

const ownerEntry = fileURLToPath(new URL('./fixtures/stopped-owner.ts', import.meta.url));

function connectionTo(url: string): ResolvedConnection {
  return { name: 'test', kafka: { brokers: [] }, registry: undefined, postgres: { url } };
}

/** Ends all connections of the suite's pipeline and waits until they are gone. */
async function cut({ session }: TestServer): Promise<void> {
  const connections = "FROM pg_stat_activity WHERE application_name = 'mercury/conformance'";
  await session.query(`SELECT pg_terminate_backend(pid) ${connections}`, 'test');
  while ((await session.query(`SELECT pid ${connections}`, 'test')).length > 0);
}

async function openHost(): Promise<SinkHost> {
  const server = await openTestServer();
  return {
    createTarget: () => createTarget(server),
    close: () => server.close(),
  };
}

async function createTarget(server: TestServer): Promise<SinkTarget> {
  const table = `${await server.createSchema()}.rows`;
  return {
    spec: { type: 'postgres', table, key: ['id'] },
    connection: connectionTo(server.url),
    rows: async () => {
      const rows = await server.session.query<Row & StoredRow>(`SELECT * FROM ${table} ORDER BY id`, table);
      return rows.map((row) => ({ ...row, id: BigInt(row.id) }));
    },
    refuse: async (name) => {
      await server.session.query(`ALTER TABLE ${table} ADD CHECK (name <> '${name}')`, table);
    },
    cut: () => cut(server),
  };
}

testSink(postgresSink, openHost);

describe('the Postgres sink', () => {
  let server: TestServer;
  let schema: string;
  const opened: Sink[] = [];
  beforeAll(async () => {
    server = await openTestServer();
    schema = await server.createSchema();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((sink) => sink.close()));
  });
  afterAll(() => server.close());

  async function open(spec: Partial<PostgresSpec>, fields: readonly Field[] = conformanceFields): Promise<Sink> {
    const context = contextOf('postgres', { fields, connection: connectionTo(server.url) });
    const sink = await postgresSink.open(postgresSink.spec.parse({ type: 'postgres', key: ['id'], ...spec }), context);
    opened.push(sink);
    return sink;
  }

  async function run(sql: string) {
    return await server.session.query(sql, 'test');
  }

  /** A table of its own made by `columns`; answers its name. */
  let tables = 0;
  async function createTable(columns: string): Promise<string> {
    const table = `${schema}.existing_${tables++}`;
    await run(`CREATE TABLE ${table} (${columns})`);
    return table;
  }

  describe('says before the start what does not fit', () => {
    test.each([
      ['a missing column', 'id bigint PRIMARY KEY, name text', /lacks columns: value/, /ADD COLUMN "value" integer/],
      [
        'another type',
        'id bigint PRIMARY KEY, name int, value int',
        /name is integer/,
        /ALTER COLUMN "name" TYPE text/,
      ],
      [
        'no unique index',
        'id bigint, name text, value int',
        /no unique index on the key \(id\)/,
        /CREATE UNIQUE INDEX/,
      ],
      [
        'an index on more than the key',
        'id bigint, name text, value int, UNIQUE (id, name)',
        /no unique index/,
        /CREATE/,
      ],
      ['a deferrable key', 'id bigint PRIMARY KEY DEFERRABLE, name text, value int', /no unique index/, /CREATE/],
      ['a key that may be null', 'id bigint UNIQUE, name text, value int', /without a key \(id\)/, /SET NOT NULL/],
      [
        'more than is there',
        'id bigint PRIMARY KEY, name text, value int, x int NOT NULL',
        /demands .*: x/,
        /DROP NOT NULL/,
      ],
      [
        'a computed column',
        'id bigint PRIMARY KEY, name text, value int GENERATED ALWAYS AS (id * 2) STORED',
        /value is computed/,
        /Leave/,
      ],
    ])('%s', async (_, columns, message, nextStep) => {
      const table = await createTable(columns);
      await expect(open({ table })).rejects.toMatchObject({
        code: 'PREFLIGHT_FAILED',
        retryable: false,
        object: table,
        message: expect.stringMatching(message),
        nextStep: expect.stringMatching(nextStep),
      });
    });

    test('a view', async () => {
      await run(`CREATE VIEW ${schema}.seen AS SELECT 1`);
      await expect(open({ table: `${schema}.seen` })).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED' });
    });

    test('a schema that is not there', async () => {
      await expect(open({ table: 'no_such.rows' })).rejects.toMatchObject({
        code: 'PREFLIGHT_FAILED',
        nextStep: 'Run: CREATE SCHEMA "no_such";',
      });
    });

    test('no key, or one that is no column', async () => {
      await expect(open({ table: 'x', key: [] })).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED' });
      await expect(open({ table: 'x', key: ['nope'] })).rejects.toMatchObject({
        code: 'PREFLIGHT_FAILED',
        message: 'The key nope is no column of this pipeline.',
      });
    });

    test('a user without the right to create tables', async () => {
      await run('DROP ROLE IF EXISTS mercury_guest');
      await run("CREATE ROLE mercury_guest LOGIN PASSWORD 'guest'");
      const guest = new URL(server.url);
      guest.username = 'mercury_guest';
      guest.password = 'guest';
      const spec = postgresSink.spec.parse({ type: 'postgres', key: ['id'], table: `${schema}.guests` });
      const context = contextOf('postgres', { connection: connectionTo(guest.href) });
      await expect(postgresSink.open(spec, context)).rejects.toMatchObject({
        code: 'PREFLIGHT_FAILED',
        message: expect.stringContaining('42501'),
      });
      await run('DROP ROLE mercury_guest');
    });
  });

  test('leaves other columns of an existing table as they are', async () => {
    const table = await createTable("id bigint PRIMARY KEY, note text DEFAULT 'mine', name varchar(5), value bigint");
    const sink = await open({ table });
    await sink.claim([0]);
    await (await sink.stage(batchOf(conformanceFields, [{ values: { id: 1, name: 'a', value: 2 } }]))).commit([]);
    await run(`UPDATE ${table} SET note = 'changed'`);
    await (await sink.stage(batchOf(conformanceFields, [{ values: { id: 1, name: 'b', value: 3 } }]))).commit([]);
    expect(await run(`SELECT * FROM ${table}`)).toEqual([{ id: '1', note: 'changed', name: 'b', value: '3' }]);
    const tooLong = await sink.stage(batchOf(conformanceFields, [{ values: { id: 2, name: 'too long' } }]));
    await expect(tooLong.commit([])).rejects.toMatchObject({ code: 'SINK_REJECTED' });
  });

  test('sees deferred constraints in verify', async () => {
    const table = await createTable('id bigint PRIMARY KEY, name text, value int UNIQUE DEFERRABLE INITIALLY DEFERRED');
    const sink = await open({ table });
    const twins = [{ values: { id: 1, value: 7 } }, { values: { id: 2, value: 7 } }];
    const staged = await sink.stage(batchOf(conformanceFields, twins));
    await expect(staged.verify()).rejects.toMatchObject({ code: 'SINK_REJECTED' });
  });

  test('a NUL byte in a text is refused as a bad row when it is staged', async () => {
    const sink = await open({ table: `${schema}.nul` });
    const staged = sink.stage(batchOf(conformanceFields, [{ values: { id: 1, name: 'a\0b' } }]));
    await expect(staged).rejects.toMatchObject({
      code: 'SINK_REJECTED',
      message: expect.stringMatching(/column name \(SQLSTATE 22021\)/),
    });
  });

  test('a table dropped in mid-run needs the user, and no row is taken for bad', async () => {
    const sink = await open({ table: `${schema}.dropped` });
    const staged = await sink.stage(batchOf(conformanceFields, [{ values: { id: 1 } }]));
    await run(`DROP TABLE ${schema}.dropped`);
    await expect(staged.commit([])).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED' });
  });

  test('names are kept as they are written, and keys may have several columns of any type', async () => {
    const fields: readonly Field[] = [
      { name: 'Order "id"', type: { kind: 'uuid' }, nullable: false },
      { name: 'select', type: { kind: 'timestamp', unit: 'us', utc: true }, nullable: false },
      { name: 'amount', type: { kind: 'decimal', precision: 9, scale: 2 }, nullable: false },
    ];
    const sink = await open({ table: `${schema}.Odd Näme;`, key: fields.map((field) => field.name) }, fields);
    await sink.claim([0]);
    const id = '0f8fad5b-d9cb-469f-a165-70867728950e';
    const values = { 'Order "id"': id, select: 1n, amount: '1.10' };
    const other = { ...values, amount: '1.11' };
    const insert = batchOf(fields, [{ values }, { values: other }, { values }]);
    await (await sink.stage(insert)).commit([{ partition: 0, from: 0n, next: 3n, leaderEpoch: 0 }]);
    const remove = batchOf(fields, [{ values: other, tombstone: true }]);
    await (await sink.stage(remove)).commit([{ partition: 0, from: 3n, next: 4n, leaderEpoch: 0 }]);
    expect(await run(`SELECT "Order ""id""" AS id, amount FROM ${schema}."Odd Näme;"`)).toEqual([
      { id, amount: '1.10' },
    ]);
  });

  test('several that start at once make one table', async () => {
    const table = `${schema}.together`;
    await expect(Promise.all(Array.from({ length: 5 }, () => open({ table })))).resolves.toHaveLength(5);
  });

  test('a tombstone finds its row by the index, however big the table', async () => {
    const table = await createTable('id bigint PRIMARY KEY, name text, value int');
    await run(`INSERT INTO ${table} SELECT n FROM generate_series(1, 50000) n; ANALYZE ${table}`);
    const { createStaging, deleteKeys } = createStatements(table, conformanceFields, ['id']);
    const plan = await run(`BEGIN; ${createStaging}; EXPLAIN ${deleteKeys}`);
    await run('ROLLBACK');
    expect(JSON.stringify(plan)).toMatch(/Index Scan using existing_\d+_pkey on existing_\d+ target/);
  });

  test('an offset that somebody changed by hand is not overwritten', async () => {
    const sink = await open({ table: `${schema}.changed` });
    await sink.claim([0]);
    await run(`UPDATE ${schema}.mercury_offsets SET next_offset = 3 WHERE partition = 0`);
    const staged = await sink.stage(batchOf(conformanceFields, [{ values: { id: 1 } }]));
    const range = { partition: 0, from: 0n, next: 1n, leaderEpoch: 0 };
    await expect(staged.commit([range])).rejects.toMatchObject({ code: 'PIPELINE_FENCED' });
    expect(await sink.claim([0])).toEqual(new Map([[0, 3n]]));
  });

  test('the offsets table has the columns that are promised for ever', async () => {
    await open({ table: `${schema}.promised` });
    const columns = await run(
      `SELECT attname || ' ' || format_type(atttypid, atttypmod) AS "column" FROM pg_attribute
       WHERE attrelid = '${schema}.mercury_offsets'::regclass AND attnum > 0 ORDER BY attnum`,
    );
    expect(columns.map((row) => row.column)).toEqual([
      'pipeline text',
      'sink text',
      'cluster_id text',
      'topic_id text',
      'partition integer',
      'next_offset bigint',
      'leader_epoch integer',
      'owner_epoch bigint',
      'format integer',
      'updated_at timestamp with time zone',
    ]);
  });

  describe('in the mode insert', () => {
    const rows = [
      { values: { id: 1, name: 'first' }, partition: 0, offset: 2n ** 53n + 1n },
      { values: { id: 1, name: 'second' }, partition: 1, offset: 0n },
      { values: { id: 1 }, partition: 1, offset: 1n, tombstone: true },
    ];
    const ranges = [
      { partition: 0, from: 0n, next: 2n ** 53n + 2n, leaderEpoch: 0 },
      { partition: 1, from: 0n, next: 2n, leaderEpoch: 0 },
    ];

    test('every record is a row, tombstones too, and one sent again is no second row', async () => {
      const table = `${schema}.events`;
      const sink = await open({ table, mode: 'insert', key: [] });
      await sink.claim([0, 1]);
      await (await sink.stage(batchOf(conformanceFields, rows), Int32Array.of(0, 1))).commit([ranges[0]!]);
      await (await sink.stage(batchOf(conformanceFields, rows))).commit([ranges[1]!]);
      expect(await run(`SELECT * FROM ${table} ORDER BY _partition, _offset`)).toEqual([
        { _topic_id: 'topic', _partition: 0, _offset: '9007199254740993', id: '1', name: 'first', value: null },
        { _topic_id: 'topic', _partition: 1, _offset: '0', id: '1', name: 'second', value: null },
        { _topic_id: 'topic', _partition: 1, _offset: '1', id: '1', name: null, value: null },
      ]);
    });

    test('a key of the user’s is a mistake', async () => {
      await expect(open({ table: 'x', mode: 'insert' })).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED' });
    });

    test('a field with the name of an origin column is a mistake', async () => {
      const fields: readonly Field[] = [{ name: '_offset', type: { kind: 'int64' }, nullable: false }];
      await expect(open({ table: 'x', mode: 'insert', key: [] }, fields)).rejects.toMatchObject({
        code: 'PREFLIGHT_FAILED',
        message: 'Two columns are called _offset.',
      });
    });
  });

  test('an owner stopped in the middle of a commit holds nobody up, and writes nothing more after it goes on', async () => {
    const table = await createTable('id bigint PRIMARY KEY, name text, value int CHECK (pg_sleep(value) IS NOT NULL)');
    const owner = spawn(process.execPath, [ownerEntry, server.url, table], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const lines = createInterface({ input: owner.stdout });
      const said = lines[Symbol.asyncIterator]();
      expect((await said.next()).value).toBe('committing');
      owner.kill('SIGSTOP');

      const young = await open({ table });
      const from = (await young.claim([0])).get(0) ?? 0n;
      const mine = await young.stage(batchOf(conformanceFields, [{ values: { id: 1, name: 'young', value: 0 } }]));
      await mine.commit([{ partition: 0, from, next: from + 5n, leaderEpoch: 0 }]);

      owner.kill('SIGCONT');
      expect((await said.next()).value).toMatch(/^first (ok|PIPELINE_FENCED)$/);
      expect((await said.next()).value).toBe('second PIPELINE_FENCED');
      expect(await run(`SELECT name FROM ${table}`)).toEqual([{ name: 'young' }]);
    } finally {
      owner.kill('SIGKILL');
    }
  });
});
