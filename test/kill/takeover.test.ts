/** Two pipelines of one name, and a Kafka group that is gone: who may write and from where is decided in Postgres alone. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { readOffsetChanges, readRowChanges } from './audit.ts';
import { type Bench, expectExactlyOnce, openBench } from './bench.ts';
import { killAt, openProxies, type Proxies } from './kill-at.ts';
import { createRandom } from './random.ts';
import { at, is, isCommit } from './steps.ts';
import { type Mercury, openWorld, type World } from './world.ts';
import { createKafka } from './writer.ts';

/** How long the first one stands still; `STOP_SECONDS=60` for the full check. */
const stopMs = Number(process.env.STOP_SECONDS ?? 5) * 1_000;
const timeout = 60_000 + 3 * stopMs;
const waiting = { timeout: 20_000, interval: 50 };

const random = createRandom();

let world: World;
let bench: Bench;
let proxies: Proxies;
let topics = 0;

beforeAll(async () => {
  world = await openWorld();
  proxies = await openProxies(world);
});
afterAll(async () => {
  await proxies?.close();
  await world?.close();
});

beforeEach(async () => {
  bench = await openBench(world, `takeover_${++topics}`, random);
  await bench.writer.write(5_000);
  bench.writer.start(1_000);
});
afterEach(async () => {
  proxies.postgres.trap = undefined;
  await world.killPipelines();
  await bench.writer.close();
});

const stops = {
  'before a batch is sent': is('client', 'Q', /COPY/),
  'in the middle of a transaction': is('server', 'C', /^COPY/),
  'with a commit under way': isCommit,
};

/** The third batch is stopped at; the message itself goes on its way. */
async function stopAt(first: Mercury, matches: (typeof stops)[keyof typeof stops]): Promise<void> {
  await at(proxies.postgres, 3, matches, ({ bytes, write }) => {
    first.signal('SIGSTOP');
    return write(bytes);
  });
}

async function backendsOf(name: string): Promise<Set<number>> {
  const { rows } = await bench.database.query<{ pid: number }>(
    'SELECT pid FROM pg_stat_activity WHERE application_name = $1',
    [`mercury/${name}`],
  );
  return new Set(rows.map(({ pid }) => pid));
}

/** What these backends have changed in the target and moved in the offsets. */
async function changesBy(backends: ReadonlySet<number>): Promise<object[]> {
  const { database, name } = bench;
  const all = [...(await readRowChanges(database, name)), ...(await readOffsetChanges(database, name))];
  return all.filter(({ backend }) => backends.has(backend));
}

async function movesOfOthers(backends: ReadonlySet<number>): Promise<number> {
  const changes = await readOffsetChanges(bench.database, bench.name);
  return changes.filter(({ backend, from, to }) => !backends.has(backend) && from !== to).length;
}

test.each(Object.entries(stops))(
  'stopped %s, replaced, and let go on: not one row more from the first',
  { timeout },
  async (_, matches) => {
    const { name } = bench;
    const first = proxies.start(name);
    await stopAt(first, matches);
    const stoppedAt = Date.now();
    const backends = await backendsOf(name);
    expect(backends.size).toBeGreaterThanOrEqual(2);
    const second = world.startPipeline({ name, topic: name });
    await vi.waitFor(async () => expect(await movesOfOthers(backends)).toBeGreaterThan(2), waiting);
    const before = await changesBy(backends);
    await delay(stoppedAt + stopMs - Date.now());
    first.signal('SIGCONT');
    expect(await Promise.race([first.ended, delay(15_000, 'goes on')])).toEqual({ code: 1, signal: null });
    expect(first.stderr.join('\n')).toMatch('Another run has taken its partitions over');
    expect(await changesBy(backends)).toEqual(before);
    expect(second.isRunning).toBe(true);
    await second.kill();
    expectExactlyOnce(await bench.finish(), { records: 5_000, deadLetters: 5 });
  },
);

test('the Kafka group deleted, or its offsets changed, between a commit and the next start: the same rows', {
  timeout,
}, async () => {
  const { name } = bench;
  const groupId = `mercury-${name}`;
  const admin = createKafka(world.addresses.kafka).admin();
  await admin.connect();
  const atTheStart = [0, 1, 2, 3].map((partition) => ({ partition, offset: '0' }));
  const meddle = [
    () => admin.deleteGroups([groupId]),
    () => admin.setOffsets({ groupId, topic: name, partitions: atTheStart }),
  ];
  const running = proxies.start(name);
  await vi.waitFor(async () => expect(await groupOffsets(admin, groupId, name)).not.toContain('-1'), waiting);
  await running.kill();
  for (const change of meddle) {
    await killAt(bench, proxies, 'commit answered, before Kafka’s own commit', 1);
    await change();
  }
  await admin.disconnect();
  expectExactlyOnce(await bench.finish(), { records: 5_000, deadLetters: 5 });
});

async function groupOffsets(
  admin: ReturnType<ReturnType<typeof createKafka>['admin']>,
  groupId: string,
  topic: string,
): Promise<string[]> {
  const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
  return offsets!.partitions.map(({ offset }) => offset);
}
