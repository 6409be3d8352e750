/**
 * `npm start` on an empty machine: from the start of the program to the first scored row that another client sees in
 * Postgres. The page is built before. Then once more on the same data. Run: node bench/cold-start.ts
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { buildPage } from '#core/cli/build-page.ts';
import { findSandbox } from '#core/sandbox/sandbox.ts';
import { busyText, median, rounds, say, verdict } from './parts/measure.ts';
import { startMercury, stop } from './parts/mercury.ts';
import { quietMoment } from './parts/quiet.ts';

const barSeconds = 10;
const pollMs = 25;
const giveUpMs = 120_000;

/** Seconds until the pipeline has committed a scored row in this start. */
async function timeStart(dir: string): Promise<number> {
  const env = {
    ...process.env,
    MERCURY_STATE: join(dir, 'state'),
    MERCURY_WORKSPACE: join(dir, 'workspace'),
    MERCURY_CACHE: join(dir, 'cache'),
  };
  const startedAt = performance.now();
  const child = startMercury(['start', '--browser'], { env, stdio: 'ignore' });
  try {
    await waitForScoredRow(child, join(dir, 'state', 'sandbox'));
    return (performance.now() - startedAt) / 1000;
  } finally {
    await stop(child);
  }
}

async function waitForScoredRow(child: ChildProcess, sandboxDir: string): Promise<void> {
  const url = await until(child, async () => findSandbox(sandboxDir)?.postgres);
  const client = new Client({ connectionString: url });
  await client.connect();
  // Postgres goes away before us when something fails; the loop tells what.
  client.on('error', () => {});
  try {
    const before = (await position(client)) ?? 0n;
    await until(child, async () => {
      const now = await position(client);
      return now !== undefined && now > before ? now : undefined;
    });
    const { rows } = await client.query('SELECT FROM flights WHERE predicted_arr_delay IS NOT NULL LIMIT 1');
    if (rows.length === 0) throw new Error('the rows have no prediction');
  } finally {
    await client.end();
  }
}

/** Records that are durable in Postgres, by the offsets that are committed with the rows; undefined before the first. */
async function position(client: Client): Promise<bigint | undefined> {
  const found = await client.query("SELECT to_regclass('mercury_offsets') IS NOT NULL AS found");
  if (found.rows[0]?.found !== true) return undefined;
  const { rows } = await client.query('SELECT sum(next_offset)::text AS next FROM mercury_offsets');
  return rows[0]?.next == null ? undefined : BigInt(rows[0].next);
}

async function until<T>(child: ChildProcess, look: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + giveUpMs;
  while (performance.now() < end && child.exitCode === null) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(pollMs);
  }
  throw new Error(child.exitCode === null ? `nothing after ${giveUpMs} ms` : `it ended with ${child.exitCode}`);
}

await buildPage();
const cold: number[] = [];
const warm: number[] = [];
for (let round = 1; round <= rounds(); round++) {
  const dir = await mkdtemp(join(tmpdir(), 'mercury-bench-start-'));
  const busy = await quietMoment();
  try {
    cold.push(await timeStart(dir));
    warm.push(await timeStart(dir));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  say(`  round ${round}: cold ${cold.at(-1)!.toFixed(1)} s, again ${warm.at(-1)!.toFixed(1)} s (${busyText(busy)})`);
}
const met = verdict(median(cold) < barSeconds, `< ${barSeconds} s`);
say(`cold start to the first scored row: ${median(cold).toFixed(1)} s (${met})`);
say(`second start to the next scored row: ${median(warm).toFixed(1)} s`);
