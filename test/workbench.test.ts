/** The whole program without its page: real children, killed for real. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call as invoke } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ProcessStatus, Snapshot } from '#core/contract/live.ts';
import { nodeFork } from '#core/process/node-fork.ts';
import { isAlive } from '#core/process/start-time.ts';
import { openWorkbench, type Workbench } from '#core/workbench.ts';
import { shippedDir } from '#core/workspace/paths.ts';

const dir = mkdtempSync(join(tmpdir(), 'mercury-workbench-'));
const stop = new AbortController();
let workbench: Workbench;
let latest: Snapshot;

/** Each test goes on where the one before it ended. */
describe('in this order', { shuffle: false }, () => {
  beforeAll(async () => {
    workbench = openWorkbench({
      version: 'test',
      fork: nodeFork(),
      workspaceDir: join(dir, 'workspace'),
      stateDir: join(dir, 'state'),
      cacheDir: join(tmpdir(), 'mercury-test-cache'),
      modelsDir: shippedDir('ml-models'),
      builtMs: 0,
      log: () => {},
    });
    void (async () => {
      for await (const snapshot of workbench.live.watch(stop.signal)) latest = snapshot;
    })();
    await invoke(workbench.router.sandbox.setFeedRate, { ratePerSecond: 150 });
    await rowsAreWritten();
  });
  afterAll(async () => {
    stop.abort();
    await workbench.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const pipeline = () => latest.pipelines.find(({ name }) => name === 'flights-to-postgres')!;
  const child = (name: string): ProcessStatus => latest.processes.find((process) => process.name === name)!;

  /** More rows than now, within the time that a restart may take. */
  async function rowsAreWritten(): Promise<void> {
    const before = latest?.pipelines.find(({ name }) => name === 'flights-to-postgres')?.progress?.written ?? 0n;
    await vi.waitFor(
      () => {
        expect(pipeline()).toMatchObject({ state: 'running' });
        expect(pipeline().progress!.written).toBeGreaterThan(before);
      },
      { timeout: 30_000, interval: 100 },
    );
  }

  test('a feed rate chosen before the sandbox is up counts', () => {
    expect(latest.sandbox.feed).toMatchObject({ ratePerSecond: 150 });
  });

  test('the main job runs from the first start: sandbox, feed, pipeline, rows', () => {
    expect(latest.sandbox).toMatchObject({ state: 'running', feed: { state: 'running', topic: 'flights' } });
    expect(latest.sandbox.postgres).not.toMatch(/:[^/]*@/);
    expect(latest.processes.map(({ name }) => name)).toEqual(['main', 'sandbox', 'pipeline flights-to-postgres']);
    expect(latest.startup.firstRowMs).toBeGreaterThan(latest.startup.sandboxReadyMs!);
    expect(pipeline().progress!.modelError!.mean).toBeLessThan(30);
  });

  test('a killed pipeline process comes back and goes on', async () => {
    const { pid } = child('pipeline flights-to-postgres');
    process.kill(pid!, 'SIGKILL');
    await vi.waitFor(() => expect(child('pipeline flights-to-postgres').restarts).toBe(1), { timeout: 20_000 });
    expect(child('pipeline flights-to-postgres').lastCrash!.reason).toMatch('SIGKILL');
    await vi.waitFor(() => expect(pipeline().progress).not.toBeNull(), { timeout: 20_000 });
    await rowsAreWritten();
  });

  test('a killed sandbox comes back on the same ports, the pipeline goes on by itself', async () => {
    const { kafka, postgres } = latest.sandbox;
    process.kill(child('sandbox').pid!, 'SIGKILL');
    await vi.waitFor(() => expect(latest.sandbox.state).toBe('restarting'), { timeout: 20_000 });
    await vi.waitFor(() => expect(latest.sandbox).toMatchObject({ state: 'running', kafka, postgres }), {
      timeout: 20_000,
    });
    await rowsAreWritten();
    expect(child('pipeline flights-to-postgres').restarts).toBe(1);
  });

  test('stop drains and ends the process, start begins again; the feed can be paused', async () => {
    const { pid } = child('pipeline flights-to-postgres');
    const context = {};
    await invoke(workbench.router.pipelines.stop, { name: 'flights-to-postgres' }, { context });
    expect(isAlive(pid!, undefined)).toBe(false);
    await vi.waitFor(() => expect(pipeline().state).toBe('stopped'), 15_000);
    await invoke(workbench.router.pipelines.start, { name: 'flights-to-postgres' }, { context });
    await rowsAreWritten();
    await invoke(workbench.router.sandbox.setFeedRate, { ratePerSecond: 0 }, { context });
    await vi.waitFor(() => expect(latest.sandbox.feed).toMatchObject({ state: 'paused', ratePerSecond: 0 }), {
      timeout: 5_000,
    });
    await vi.waitFor(() => expect(pipeline().progress!.stages.at(-1)!.ratePerSecond).toBe(0), { timeout: 20_000 });
  });

  test('topics and their newest records, decoded exactly', async () => {
    const topics = await invoke(workbench.router.topics.list, undefined, { context: {} });
    expect(topics.find(({ name }) => name === 'flights')).toMatchObject({ partitions: 4, internal: false });
    const first = await invoke(workbench.router.topics.records, { topic: 'flights', limit: 30 }, { context: {} });
    expect(first.records.length).toBeGreaterThan(0);
    const { key, value } = first.records[0]!;
    expect(value).toMatchObject({ format: 'avro', failures: [] });
    expect((value.value as { flight_id: bigint }).flight_id).toBe(BigInt(key.value as string));
    const times = first.records.map(({ timestamp }) => timestamp);
    expect(times).toEqual(times.toSorted((a, b) => (a < b ? 1 : a > b ? -1 : 0)));
    const older = await invoke(
      workbench.router.topics.records,
      { topic: 'flights', limit: 30, before: first.older! },
      { context: {} },
    );
    const seen = new Set(first.records.map(({ partition, offset }) => `${partition}@${offset}`));
    expect(older.records.some(({ partition, offset }) => seen.has(`${partition}@${offset}`))).toBe(false);
  });
});
