/** The real process, ended in the middle of its work: what was committed stays, what was not is done again, once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import type { PartitionRange } from '#core/columns/batch.ts';
import { batchOf } from '#core/columns/test-batch.ts';
import { toErrorData } from '#core/contract/errors.ts';
import type { QueryStatus } from '#core/contract/sql.ts';
import { openDatabase } from '#core/duckdb/open.ts';
import type { Sink } from '#core/pipeline/component.ts';
import { nodeFork } from '#core/process/node-fork.ts';
import { isAlive } from '#core/process/start-time.ts';
import { localOwner } from '#core/sinks/duckdb/local.ts';
import { remoteOwner } from '#core/sinks/duckdb/remote.ts';
import { Analytics } from './analytics.ts';
import { sqlPage } from './wire.ts';

const dir = mkdtempSync(join(tmpdir(), 'mercury-analytics-'));
const opened: Analytics[] = [];
let files = 0;
afterEach(async () => {
  await Promise.all(opened.splice(0).map((analytics) => analytics.close()));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function open(file = join(dir, `workspace-${files++}.duckdb`)): Analytics {
  const analytics = new Analytics({ fork: nodeFork(), file, onChange: () => {}, log: () => {} });
  opened.push(analytics);
  return analytics;
}

async function run(analytics: Analytics, sql: string): Promise<QueryStatus> {
  let last: QueryStatus | undefined;
  for await (const status of analytics.sql.run({ sql, limit: 100_000 })) last = status;
  return last!;
}

async function values(analytics: Analytics, sql: string) {
  const { queryId, error } = await run(analytics, sql);
  if (error !== null) throw new Error(error.message);
  return sqlPage(await analytics.sql.engine.page({ queryId, from: 0, rows: 1_000 }), 0).values;
}

/** Asked again while the process is on its way back. */
function eventually<T>(work: () => Promise<T>): Promise<T> {
  return vi.waitFor(work, { timeout: 20_000, interval: 50 });
}

const signals = ['SIGKILL', 'SIGABRT'] as const;
const endless = 'SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE (a.range * b.range) % 7 = 3';

describe.each(signals)('ended by %s', (signal) => {
  test('in mid-query: the query says so with the next step, and the next one runs on what was committed', async () => {
    const analytics = open();
    await run(analytics, 'CREATE TABLE kept AS SELECT * FROM range(1000)');
    const before = await run(analytics, 'SELECT 1');
    const query = analytics.sql.run({ sql: endless, limit: 10 });
    await query.next();
    const { pid } = analytics.process()!;
    process.kill(pid!, signal);
    let last: QueryStatus | undefined;
    for await (const status of query) last = status;
    expect(last).toMatchObject({
      state: 'failed',
      error: { code: 'PROCESS_CRASHED', retryable: true, nextStep: expect.stringMatching(/again/) },
    });
    expect(last!.error!.message).toContain(signal);
    expect(await eventually(() => values(analytics, 'SELECT count(*) FROM kept'))).toEqual([[1000n]]);
    expect(analytics.process()).toMatchObject({ state: 'running', restarts: 1 });
    const page = analytics.sql.engine.page({ queryId: before.queryId, from: 0, rows: 1 });
    await expect(page).rejects.toMatchObject({ code: 'NOT_FOUND', nextStep: 'Run the query again.' });
  });

  test('in mid-batch, again and again: every row is there once', async () => {
    const analytics = open();
    const sink = await remoteOwner(analytics.sinkCaller('writer'), localOwner()).open(
      { type: 'duckdb', table: 'written', key: [], mode: 'insert' },
      { pipeline: 'p', sink: 'duckdb', clusterId: 'c', topicId: 't' },
      fields,
    );
    let kills = 0;
    const crashes = setInterval(() => {
      const { pid, state } = analytics.process() ?? {};
      if (state !== 'running' || pid == null || kills >= 4) return;
      process.kill(pid, signal);
      kills += 1;
    }, 150);
    await writeAll(sink, 60);
    clearInterval(crashes);
    expect(kills).toBeGreaterThan(0);
    expect(
      await eventually(() => values(analytics, 'SELECT count(*), count(DISTINCT id), max(id) FROM written')),
    ).toEqual([[60_000n], [60_000n], [59_999n]]);
    await sink.close();
  }, 60_000);
});

const fields = [
  { name: 'id', type: { kind: 'int64' }, nullable: false },
  { name: 'text', type: { kind: 'utf8' }, nullable: true },
] as const;
const batchRows = 1_000;

/** As the engine does: after an error that can pass, claim again and go on from where the sink stands. */
async function writeAll(sink: Sink, batches: number): Promise<void> {
  let next: number | undefined;
  while (next === undefined || next < batches * batchRows) {
    try {
      next ??= Number((await sink.claim([0])).get(0) ?? 0n);
      await writeOne(sink, next);
      next += batchRows;
    } catch (error) {
      const { code, retryable } = toErrorData(error);
      expect({ code, retryable }).toEqual({ code: 'SINK_UNREACHABLE', retryable: true });
      next = undefined;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function writeOne(sink: Sink, from: number): Promise<void> {
  const rows = Array.from({ length: batchRows }, (_, row) => ({
    values: { id: from + row, text: `row ${from + row}` },
    offset: BigInt(from + row),
  }));
  const range: PartitionRange = { partition: 0, from: BigInt(from), next: BigInt(from + batchRows), leaderEpoch: 0 };
  await (await sink.stage(batchOf(fields, rows))).commit([range]);
}

test('a file that this program’s owner can’t have is an error with the holder, until it is free', async () => {
  const file = join(dir, 'held.duckdb');
  const held = await openDatabase({ file });
  const analytics = open(file);
  await expect(run(analytics, 'SELECT 1')).rejects.toMatchObject({
    code: 'DATA_IN_USE',
    message: `${file} is in use by process ${process.pid}`,
  });
  held.close();
  expect(await values(analytics, 'SELECT 1')).toEqual([[1]]);
  expect(analytics.process()).toMatchObject({ restarts: 0 });
});

test('it starts when it is first needed, has threads for many long queries, and ends with close', async () => {
  const analytics = open();
  expect(analytics.process()).toBeUndefined();
  const long = Array.from({ length: 6 }, () => analytics.sql.run({ sql: endless, limit: 10 }));
  await Promise.all(long.map((query) => query.next()));
  expect(await values(analytics, 'SELECT 7')).toEqual([[7]]);
  await Promise.all(long.map((query) => query.return()));
  const { pid } = analytics.process()!;
  await analytics.close();
  expect(analytics.process()).toBeUndefined();
  expect(isAlive(pid!, undefined)).toBe(false);
});
