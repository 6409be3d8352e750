/**
 * The named steps of a batch at which a pipeline is struck, found from outside: in what it says to Postgres and to Kafka,
 * and, where the server is at work in silence, by a lock that makes it wait there.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Passing, Side, StepProxy } from './proxy.ts';
import { type KafkaMessage, kafkaApis, type PostgresMessage } from './wire.ts';

export interface Scene {
  readonly postgres: StepProxy<PostgresMessage>;
  readonly kafka: StepProxy<KafkaMessage>;
  /** Past the proxies; used by one step at a time. */
  readonly database: Client;
  readonly pipeline: string;
  readonly table: string;
  /** Ends (or stops) the pipeline within this call. */
  strike(): void;
}

/** Arms the traps; resolves when the pipeline was struck at the `nth` such step from now on. */
export type Step = (scene: Scene, nth: number) => Promise<void>;

export const steps = {
  connected: (scene, nth) => at(scene.postgres, nth, is('server', 'Z'), scene.strike),
  begin: (scene, nth) => at(scene.postgres, nth, is('server', 'G'), scene.strike),
  'copy half sent': (scene, nth) =>
    at(scene.postgres, nth, is('client', 'd'), async ({ bytes, write }) => {
      await write(bytes.subarray(0, bytes.length >> 1));
      scene.strike();
    }),
  'copy done': (scene, nth) => at(scene.postgres, nth, is('server', 'C', /^COPY/), scene.strike),
  'insert sent': (scene, nth) => whileLocked(scene, nth, `LOCK TABLE ${scene.table} IN SHARE MODE`),
  'offsets update sent': (scene, nth) =>
    whileLocked(scene, nth, `SELECT FROM mercury_offsets WHERE pipeline = '${scene.pipeline}' FOR UPDATE`),
  'commit half sent': (scene, nth) =>
    at(scene.postgres, nth, isCommit, async ({ bytes, write }) => {
      await write(bytes.subarray(0, bytes.length >> 1));
      scene.strike();
    }),
  'commit sent, answer withheld': (scene, nth) => at(scene.postgres, nth, isCommitted(), scene.strike),
  'commit answered, before Kafka’s own commit': (scene) =>
    at(scene.kafka, 1, ({ from, api }) => from === 'client' && api === kafkaApis.offsetCommit, scene.strike),
  'first fetch answered': (scene) =>
    at(scene.kafka, 1, isFilledFetch, async ({ bytes, write }) => {
      await write(bytes);
      scene.strike();
    }),
  'dead letter sent, not written': (scene) =>
    at(scene.kafka, 1, isProduce('client'), async () => {
      // Long enough for a commit that does not wait for its dead letters.
      await delay(300);
      scene.strike();
    }),
  'dead letter acknowledged, before commit': async (scene) => {
    await at(scene.kafka, 1, isProduce('server'), pass);
    await at(scene.postgres, 1, isCommit, scene.strike);
  },
} satisfies Record<string, Step>;

export type StepName = keyof typeof steps;

/** What is said when nothing is: an answer to a fetch without records has some hundred bytes. */
const emptyFetchBytes = 400;

function isFilledFetch({ from, api, bytes }: Passing<KafkaMessage>): boolean {
  return from === 'server' && api === kafkaApis.fetch && bytes.length > emptyFetchBytes;
}

function isProduce(side: Side) {
  return ({ from, api }: Passing<KafkaMessage>): boolean => from === side && api === kafkaApis.produce;
}

export function is(side: Side, wanted: string, words = /^/) {
  return ({ from, type, text }: Passing<PostgresMessage>): boolean =>
    from === side && type === wanted && words.test(text);
}

/** The one message that applies the rows, moves the offsets and commits; trying a bad row out ends with ROLLBACK instead. */
export function isCommit({ from, type, text }: Passing<PostgresMessage>): boolean {
  return from === 'client' && type === 'Q' && text.includes('mercury_offsets') && text.endsWith('COMMIT');
}

/** Opening the sink commits too: only an answer to a batch's own commit counts. */
function isCommitted() {
  const awaited = new Set<number>();
  return (message: Passing<PostgresMessage>): boolean => {
    if (isCommit(message)) awaited.add(message.connection);
    return message.from === 'server' && message.text === 'COMMIT' && awaited.delete(message.connection);
  };
}

function pass({ bytes, write }: Passing<object>): Promise<void> {
  return write(bytes);
}

/** The message itself is not passed on unless `act` does. */
export function at<Message extends object>(
  proxy: StepProxy<Message>,
  nth: number,
  matches: (message: Passing<Message>) => boolean,
  act: (message: Passing<Message>) => void | Promise<void>,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let seen = 0;
  proxy.trap = async (message) => {
    if (!matches(message) || ++seen < nth) return 'pass';
    proxy.trap = undefined;
    await Promise.resolve(act(message)).then(resolve, reject);
    return 'drop';
  };
  return promise;
}

/**
 * The whole message is with the server, which waits for our lock in the middle of it. Let go when the pipeline is dead,
 * it goes on to the COMMIT that nobody waits for any more; that is one half of the cases, chosen by `nth`. In the other
 * half the server has noticed the death and takes everything back.
 */
async function whileLocked(scene: Scene, nth: number, lock: string): Promise<void> {
  const { database, postgres, pipeline } = scene;
  await at(postgres, nth, isCommit, async ({ bytes, write }) => {
    await database.query(`BEGIN; ${lock}`);
    await write(bytes);
  });
  try {
    const backend = await waitingBackend(database, pipeline);
    scene.strike();
    if (nth % 2 === 0) await database.query('SELECT pg_terminate_backend($1)', [backend]);
  } finally {
    await database.query('ROLLBACK');
  }
}

/** No event tells of a lock that is waited for. */
async function waitingBackend(database: Client, pipeline: string): Promise<number> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await delay(10)) {
    const { rows } = await database.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'`,
      [`mercury/${pipeline}`],
    );
    if (rows[0] !== undefined) return rows[0].pid;
  }
  throw new Error('the pipeline never waited for the lock');
}
