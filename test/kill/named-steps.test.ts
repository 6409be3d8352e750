/**
 * kill −9 of a pipeline at every named step of a batch, three times each, while a service writes on: nothing is lost,
 * nothing doubled. `KILL_SEED` repeats the order and the place of the kills; `KILL_ROUNDS` makes more of them.
 */
import { afterAll, beforeAll, test } from 'vitest';
import { type Bench, expectExactlyOnce, openBench } from './bench.ts';
import { killAt, openProxies, type Proxies } from './kill-at.ts';
import { createRandom, tell } from './random.ts';
import { type StepName, steps } from './steps.ts';
import { openWorld, type World } from './world.ts';

const random = createRandom();
const rounds = Number(process.env.KILL_ROUNDS ?? 3);
const name = 'named_steps';

let world: World;
let bench: Bench;
let proxies: Proxies;

beforeAll(async () => {
  world = await openWorld();
  bench = await openBench(world, name, random);
  proxies = await openProxies(world);
});
afterAll(async () => {
  await proxies?.close();
  await world?.close();
});

test(`kills at every step, seed ${random.seed}`, { timeout: 60_000 + rounds * 90_000 }, async () => {
  await bench.writer.write(15_000);
  bench.writer.start(1_000);
  const names = Object.keys(steps) as StepName[];
  const kills = random.shuffle(
    Array.from({ length: rounds }, (_, round) => names.map((step) => ({ step, round }))).flat(),
  );
  const startedAt = performance.now();
  for (const { step, round } of kills) await killAt(bench, proxies, step, 1 + round);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  tell(`${kills.length} kills, ${rounds} at each of ${names.length} steps, in ${seconds} s; KILL_SEED=${random.seed}`);
  const findings = await bench.finish();
  tell(`${findings.records} records, ${findings.transactions} transactions, ${findings.deadLetters} dead letters`);
  expectExactlyOnce(findings, { records: 15_000, deadLetters: 10 });
});
