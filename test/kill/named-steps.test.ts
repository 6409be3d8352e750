/**
 * kill −9 of a pipeline at every named step of a batch, three times each, while a service writes on: nothing is lost,
 * nothing doubled. `KILL_SEED` repeats the order and the place of the kills; `KILL_ROUNDS` makes more of them.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bench, expectExactlyOnce, openBench } from './bench.ts';
import { openProxy, type StepProxy } from './proxy.ts';
import { createRandom, tell } from './random.ts';
import { type StepName, steps } from './steps.ts';
import { type KafkaMessage, kafkaConversation, type PostgresMessage, postgresConversation } from './wire.ts';
import { type Mercury, openWorld, portOf, type World } from './world.ts';

const random = createRandom();
const rounds = Number(process.env.KILL_ROUNDS ?? 3);
const name = 'named_steps';

let world: World;
let bench: Bench;
let postgres: StepProxy<PostgresMessage>;
let kafka: StepProxy<KafkaMessage>;

beforeAll(async () => {
  world = await openWorld();
  bench = await openBench(world, name, random);
  const brokerPort = portOf(world.addresses.kafka);
  postgres = await openProxy({ port: portOf(world.addresses.postgres), converse: () => postgresConversation() });
  kafka = await openProxy({ port: brokerPort, converse: (port) => kafkaConversation(brokerPort, port) });
});
afterAll(async () => {
  await Promise.all([postgres?.close(), kafka?.close()]);
  await world?.close();
});

/** One life of the pipeline, from its start to the step. */
async function killAt(step: StepName, nth: number): Promise<void> {
  let pipeline: Mercury | undefined;
  const strike = (): void => {
    pipeline?.signal('SIGKILL');
    postgres.sever();
    kafka.sever();
  };
  const { database } = bench;
  const struck = steps[step]({ postgres, kafka, database, pipeline: name, table: name, strike }, nth);
  struck.catch(() => {});
  pipeline = world.startPipeline({ name, topic: name, kafkaPort: kafka.port, postgresPort: postgres.port });
  const ended = pipeline.ended.then(({ code, signal }) => {
    if (signal !== 'SIGKILL') throw new Error(`ended with ${code}:\n${pipeline.stderr.join('\n')}`);
  });
  await Promise.race([struck, ended]);
  await Promise.all([struck, ended]);
}

test(`kills at every step, seed ${random.seed}`, { timeout: 60_000 + rounds * 60_000 }, async () => {
  await bench.writer.write(15_000);
  bench.writer.start(1_000);
  const names = Object.keys(steps) as StepName[];
  const kills = random.shuffle(
    Array.from({ length: rounds }, (_, round) => names.map((step) => ({ step, round }))).flat(),
  );
  const startedAt = performance.now();
  for (const { step, round } of kills) await killAt(step, 1 + round);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  tell(`${kills.length} kills, ${rounds} at each of ${names.length} steps, in ${seconds} s; KILL_SEED=${random.seed}`);
  const findings = await bench.finish();
  tell(`${findings.records} records, ${findings.transactions} transactions, ${findings.deadLetters} dead letters`);
  expectExactlyOnce(findings, { records: 15_000, deadLetters: 10 });
  expect(kills.length).toBeGreaterThanOrEqual(names.length * 3);
});
