/**
 * kill −9 by chance, of the pipeline, the sandbox with its broker, and Postgres alone, while a service writes on.
 *
 * The pipeline is started again only when it was the victim itself: from everything else it comes back by itself.
 * `KILL_SEED` repeats the choices, `KILL_COUNT` makes more of them.
 */
import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { QueryResultRow } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Bench, expectExactlyOnce, openBench } from './bench.ts';
import { createRandom, tell } from './random.ts';
import { type Mercury, openWorld, type World } from './world.ts';

const random = createRandom();
const count = Number(process.env.KILL_COUNT ?? 12);
const name = 'random_kills';
const victims = ['pipeline', 'pipeline', 'sandbox', 'postmaster', 'backend'] as const;
type Victim = (typeof victims)[number];

let world: World;
let bench: Bench;
let pipeline: Mercury;

const startPipeline = (): Mercury => world.startPipeline({ name, topic: name });

beforeAll(async () => {
  world = await openWorld();
  bench = await openBench(world, name, random);
});
afterAll(() => world?.close());

const killers: Readonly<Record<Victim, () => Promise<void>>> = {
  async pipeline() {
    await pipeline.kill();
    pipeline = startPipeline();
  },
  async sandbox() {
    await world.killSandbox();
    await world.startSandbox();
  },
  async postmaster() {
    const { pid } = await ask<{ pid: number }>(`SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'`);
    process.kill(parentOf(pid), 'SIGKILL');
  },
  /** The postmaster then throws all sessions out and recovers. */
  async backend() {
    const pids = await vi.waitFor(pipelineBackends, { timeout: 20_000, interval: 50 });
    process.kill(random.pick(pids), 'SIGKILL');
  },
};

async function ask<Row extends QueryResultRow>(sql: string): Promise<Row> {
  const database = await world.openDatabase();
  try {
    return (await database.query<Row>(sql)).rows[0]!;
  } finally {
    await database.end();
  }
}

/** Throws while it is between two connections. */
async function pipelineBackends(): Promise<number[]> {
  const { pids } = await ask<{ pids: number[] | null }>(
    `SELECT array_agg(pid) AS pids FROM pg_stat_activity WHERE application_name = 'mercury/${name}'`,
  );
  if (pids === null) throw new Error('the pipeline is not connected');
  return pids;
}

function parentOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));
}

/** Offsets moved since `before`: it works again, whatever happened to it. */
async function progressSince(before: number): Promise<void> {
  for (const deadline = Date.now() + 45_000; Date.now() < deadline; await delay(50)) {
    if ((await committed().catch(() => before)) > before) return;
    if (!pipeline.isRunning) break;
  }
  throw new Error(`nothing is committed any more:\n${pipeline.stderr.slice(-20).join('\n')}`);
}

async function committed(): Promise<number> {
  const { sum } = await ask<{ sum: number }>(
    `SELECT coalesce(sum(next_offset), 0)::float8 AS sum FROM mercury_offsets WHERE pipeline = '${name}'`,
  );
  return sum;
}

test(`${count} kills by chance, seed ${random.seed}`, { timeout: 60_000 + count * 15_000 }, async () => {
  await bench.writer.write(5_000);
  bench.writer.start(1_000);
  pipeline = startPipeline();
  const killed = new Map<Victim, number>();
  const startedAt = performance.now();
  for (let round = 0; round < count; round++) {
    const victim = round < victims.length ? victims[round]! : random.pick(victims);
    await progressSince(await committed().catch(() => 0));
    await delay(random.next(600));
    await killers[victim]();
    killed.set(victim, (killed.get(victim) ?? 0) + 1);
  }
  await progressSince(await committed().catch(() => 0));
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  tell(
    `${[...killed].map(([victim, times]) => `${victim} ${times}`).join(', ')} in ${seconds} s; KILL_SEED=${random.seed}`,
  );
  await pipeline.kill();
  const findings = await bench.finish();
  tell(
    `${findings.records} records, ${findings.transactions} transactions, ${bench.writer.failures} sends tried again`,
  );
  expectExactlyOnce(findings, { records: 5_000, deadLetters: 10 });
  expect([...killed.values()].reduce((sum, times) => sum + times, 0)).toBe(count);
});
