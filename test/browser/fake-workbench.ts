/** The contract implemented over invented but moving data: a test sets the scenario and looks at what the pages make of it. */
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { implement } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import type { WorkbenchError } from '#core/contract/errors.ts';
import type { Snapshot } from '#core/contract/live.ts';
import type { PipelineFault } from '#core/contract/pipeline.ts';
import { answerable } from './fake-answers.ts';
import { FakeConnections, fakeConnections } from './fake-connections.ts';
import { FakeLetters, fakeDeadLetters, fakeResets } from './fake-dead-letters.ts';
import { FakeJournal, fakeJournal } from './fake-journal.ts';
import { modelCard, modelParity, models } from './fake-models.ts';
import { fakeSandbox } from './fake-sandbox.ts';
import { fakeSchemas } from './fake-schemas.ts';
import { makeSnapshot, type Scenario } from './fake-snapshots.ts';
import { fakeSql } from './fake-sql.ts';
import { fakeStack } from './fake-stack.ts';
import { fakeTopics } from './fake-topics.ts';

const everyMs = 250;

export class FakeWorkbench {
  scenario: Scenario;
  feedRate = 200;
  /** Topics beside those of the sample. */
  manyTopics = 0;
  /** By topic: records that came since the page was opened. */
  readonly arrived = new Map<string, number>();
  /** What the pages asked to change, in order: `stop flights-to-postgres`. */
  readonly asked: string[] = [];
  /** The next Start or Stop is refused with it. */
  refusal: WorkbenchError | undefined;
  readonly connections: FakeConnections;
  readonly letters = new FakeLetters();
  readonly journal = new FakeJournal();
  /** What the check of a model finds. */
  parity = modelParity;
  /** Files of the workspace that are no pipeline. */
  pipelineFaults: PipelineFault[] = [];
  readonly #openedAt: number;
  readonly #skips = new EventEmitter();
  #sent = 48_213;
  #countedAt = Date.now();

  constructor(scenario: Scenario, upMs = 754_000) {
    this.scenario = scenario;
    this.connections = new FakeConnections(scenario === 'empty');
    this.#openedAt = Date.now() - upMs;
  }

  get sent(): number {
    const now = Date.now();
    if (this.scenario === 'full') this.#sent += ((now - this.#countedAt) / 1000) * this.feedRate;
    this.#countedAt = now;
    return Math.floor(this.#sent);
  }

  snapshot(): Snapshot {
    const snapshot = makeSnapshot(this.scenario, {
      openedAt: this.#openedAt,
      now: Date.now(),
      feedRate: this.feedRate,
      sent: this.sent,
    });
    return { ...snapshot, pipelineFaults: this.pipelineFaults, journal: this.journal.status };
  }

  /** One second of work in no time, with the unevenness of real ones; resolves when the snapshot of it is sent. */
  async skipSecond(second: number): Promise<void> {
    const unevenness = 1 + Math.sin(second / 5) * 0.04 + Math.sin(second * 1.7) * 0.05;
    this.#sent = this.sent + this.feedRate * unevenness * (second % 47 === 30 ? 0.35 : 1);
    this.#skips.emit('skip');
    await sleep(20);
  }

  async pause(): Promise<void> {
    const waiting = new AbortController();
    await Promise.race([
      sleep(everyMs, undefined, { signal: waiting.signal }).catch(() => {}),
      once(this.#skips, 'skip', { signal: waiting.signal }).catch(() => {}),
    ]);
    waiting.abort();
  }

  /** As after a crash: the counters of the new run begin at 0. */
  restart(): void {
    this.#sent = 2;
    this.#countedAt = Date.now();
  }

  setFeedRate(ratePerSecond: number): void {
    this.asked.push(`feed ${ratePerSecond}`);
    this.#sent = this.sent;
    this.feedRate = ratePerSecond;
  }

  ask(what: string): void {
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal !== undefined) throw refusal;
    this.asked.push(what);
  }
}

const os = implement(contract);

export function fakeRouter(workbench: FakeWorkbench) {
  return os.router({
    system: {
      info: os.system.info.handler(() => ({
        version: '0.1.0',
        node: 'v26.10.0',
        platform: 'linux x64',
        workspace: '/home/ada/streams',
        stateDir: '/home/ada/.local/state/mercury-workbench',
      })),
      watch: os.system.watch.handler(async function* ({ signal }) {
        while (signal?.aborted !== true) {
          if (workbench.scenario !== 'loading') yield workbench.snapshot();
          await workbench.pause();
        }
      }),
    },
    connections: fakeConnections(workbench),
    topics: fakeTopics(workbench),
    schemas: fakeSchemas(workbench),
    pipelines: {
      list: os.pipelines.list.handler(() => workbench.snapshot().pipelines),
      source: os.pipelines.source.handler(async ({ input, signal }) => {
        await answerable(workbench, signal, input.name);
        return { file: `pipelines/${input.name}.yaml`, text: yaml.replace('flights-to-postgres', input.name) };
      }),
      start: os.pipelines.start.handler(({ input }) => {
        workbench.ask(`start ${input.name}`);
        workbench.scenario = 'full';
      }),
      stop: os.pipelines.stop.handler(({ input }) => {
        workbench.ask(`stop ${input.name}`);
        workbench.scenario = 'stopped';
      }),
      components: os.pipelines.components.handler(() => ({ sinks: [] })),
      ...fakeResets(workbench),
    },
    deadLetters: fakeDeadLetters(workbench),
    sql: fakeSql(workbench),
    models: {
      list: os.models.list.handler(async ({ signal }) => {
        await answerable(workbench, signal, 'the models');
        return workbench.scenario === 'empty' ? [] : [...models];
      }),
      card: os.models.card.handler(() => modelCard),
      checkParity: os.models.checkParity.handler(() => workbench.parity),
    },
    sandbox: fakeSandbox(workbench),
    stack: fakeStack(workbench),
    journal: fakeJournal(workbench),
  });
}

const yaml = `# Flights from Kafka, with a predicted arrival delay, as rows in Postgres: exactly once.
version: 1
name: flights-to-postgres
connection: sandbox

source:
  topic: flights
  # The key is the flight's id as decimal text: a tombstone deletes that row.
  key: { format: text, field: flight_id }
  # Avro by its schema in the registry; each field becomes a column.
  value: { format: avro }

# A folder of ml-models/: its card says which columns go in and which one comes out.
model: { name: arrival-delay }

sinks:
  - type: postgres
    table: flights
    key: [flight_id]
    mode: upsert

# Records that can't be decoded or written go here, bytes and headers intact.
deadLetter: { topic: flights.dead-letters }
`;
