/** Snapshots of a workbench in each state a page must show, with figures that move as real ones do. */
import type { ErrorData } from '#core/contract/errors.ts';
import type { ProcessStatus, SandboxStatus, Snapshot } from '#core/contract/live.ts';
import type { PipelineProgress, PipelineStatus, Stage } from '#core/contract/pipeline.ts';

export type Scenario = 'full' | 'empty' | 'loading' | 'starting' | 'error' | 'retrying' | 'stopped';

export const sinkRefused: ErrorData = {
  code: 'SINK_REJECTED',
  message: 'the table flights has no column predicted_arr_delay',
  object: 'postgres.flights',
  nextStep: 'Add the column, or give the pipeline a table of its own with `table:`, then start it again.',
  retryable: false,
};

const postgresGone: ErrorData = {
  code: 'SINK_UNREACHABLE',
  message: 'connect ECONNREFUSED 127.0.0.1:54329',
  object: 'postgres.flights',
  nextStep: 'Look whether PostgreSQL runs: the pipeline goes on by itself once it answers.',
  retryable: true,
};

const topicMissing: ErrorData = {
  code: 'NOT_FOUND',
  message: 'the topic flights does not exist yet',
  object: 'flights',
  nextStep: 'The pipeline starts by itself once the feed has created it.',
  retryable: true,
};

const mebibyte = 1024 * 1024;

/** What moves: all counters are functions of the time since `openedAt`. */
export interface Clock {
  readonly openedAt: number;
  readonly now: number;
  readonly feedRate: number;
  readonly sent: number;
}

export function makeSnapshot(scenario: Scenario, clock: Clock): Snapshot {
  return {
    at: clock.now,
    processes: processes(scenario, clock),
    sandbox: sandbox(scenario, clock),
    pipelines: scenario === 'empty' ? [] : [mainPipeline(scenario, clock), ...otherPipelines(scenario)],
    pipelineFaults: [],
    journal: { added: 0, unwritten: 0, fault: null },
    startup: {
      hostReadyMs: 312,
      sandboxReadyMs: scenario === 'starting' ? null : 2_140,
      firstRowMs: scenario === 'starting' || scenario === 'empty' ? null : 4_870,
    },
  };
}

function sandbox(scenario: Scenario, { feedRate, sent }: Clock): SandboxStatus {
  const dataDir = '/home/ada/.local/state/mercury-workbench/sandbox';
  const none = { kafka: null, registry: null, postgres: null, diskBytes: null, feed: null };
  if (scenario === 'starting') return { state: 'starting', ...none, dataDir };
  if (scenario === 'error') return { state: 'restarting', ...none, dataDir };
  return {
    state: 'running',
    kafka: '127.0.0.1:9092',
    registry: 'http://127.0.0.1:8081',
    postgres: 'postgres://mercury@127.0.0.1:54329/mercury',
    dataDir,
    diskBytes: 214_600_000,
    feed: { state: feedRate === 0 ? 'paused' : 'running', topic: 'flights', ratePerSecond: feedRate, sent },
  };
}

function processes(scenario: Scenario, { openedAt, now }: Clock): ProcessStatus[] {
  const breath = Math.round(Math.sin(now / 3000) * 2 * mebibyte);
  const base = { state: 'running', restarts: 0, lastCrash: null } as const;
  const main: ProcessStatus = {
    ...base,
    name: 'main',
    pid: 48_213,
    startedAt: openedAt - 4_870,
    residentBytes: 131 * mebibyte + breath,
  };
  const sandboxed: ProcessStatus = {
    ...base,
    name: 'sandbox',
    pid: 48_230,
    startedAt: openedAt - 4_500,
    residentBytes: 168 * mebibyte - breath,
  };
  const name = 'pipeline flights-to-postgres';
  if (scenario === 'empty') return [main, sandboxed];
  if (scenario === 'starting') return [main, { ...sandboxed, state: 'starting' }];
  const pipeline: ProcessStatus = {
    ...base,
    name,
    pid: 48_251,
    startedAt: openedAt - 2_600,
    residentBytes: 204 * mebibyte + breath,
  };
  if (scenario === 'stopped')
    return [main, sandboxed, { ...pipeline, pid: null, state: 'stopped', startedAt: null, residentBytes: null }];
  const crash = {
    at: openedAt + 713_000,
    reason: 'killed by SIGKILL: out of memory? See the system’s log of that minute.',
    restartsAt: openedAt + 715_000,
  };
  if (scenario === 'retrying') return [main, sandboxed, { ...pipeline, restarts: 3, lastCrash: crash }];
  if (scenario !== 'error') return [main, sandboxed, pipeline];
  const portTaken = {
    at: openedAt + 751_000,
    reason: 'port 9092 is taken by another program (pid 812, java)',
    restartsAt: openedAt + 753_000,
  };
  return [
    main,
    { ...sandboxed, pid: null, state: 'restarting', restarts: 5, lastCrash: portTaken, residentBytes: null },
    { ...pipeline, pid: null, state: 'restarting', restarts: 1, lastCrash: crash, residentBytes: null },
  ];
}

function mainPipeline(scenario: Scenario, clock: Clock): PipelineStatus {
  const common = {
    name: 'flights-to-postgres',
    file: 'pipelines/flights-to-postgres.yaml',
    topic: 'flights',
    model: 'arrival-delay',
    sinks: [{ type: 'postgres', title: 'postgres.flights', guarantee: 'exactly-once' as const }],
    startedAt: clock.openedAt - 2_600,
    error: null,
  };
  const progress = progressOf(clock, 1);
  switch (scenario) {
    case 'starting':
      return { ...common, state: 'waiting', startedAt: null, error: topicMissing, progress: null };
    case 'stopped':
      return { ...common, state: 'stopped', startedAt: null, progress: null };
    case 'error':
      return { ...common, state: 'failed', startedAt: null, error: sinkRefused, progress: halted(progress, 7n) };
    case 'retrying':
      return {
        ...common,
        state: 'retrying',
        error: postgresGone,
        progress: { ...halted(progress, 0n), lag: BigInt(clock.sent) },
      };
    default:
      return { ...common, state: 'running', progress };
  }
}

function otherPipelines(scenario: Scenario): PipelineStatus[] {
  if (scenario !== 'full') return [];
  const sinks = [{ type: 'postgres', title: 'postgres.flights_faulty', guarantee: 'exactly-once' as const }];
  const common = { model: null, sinks, startedAt: null, error: null, progress: null };
  return [
    {
      ...common,
      name: 'flights-faulty-to-postgres',
      file: 'pipelines/flights-faulty-to-postgres.yaml',
      state: 'stopped',
      topic: 'flights-faulty',
    },
  ];
}

/** Batches of a fifth of a second; times jitter around what a laptop shows. */
function progressOf({ now, feedRate, sent }: Clock, scale: number): PipelineProgress {
  const jitter = (period: number, part: number): number => 1 + Math.sin(now / period) * part;
  const rate = feedRate === 0 ? 0 : feedRate * jitter(1_700, 0.03) * scale;
  const stage = (id: Stage['id'], title: string, p50Ms: number, p99Ms: number): Stage => ({
    id,
    title,
    count: BigInt(sent),
    ratePerSecond: rate,
    p50Ms: p50Ms * jitter(2_300, 0.1),
    p99Ms: p99Ms * jitter(3_100, 0.15),
    errors: 0n,
  });
  const deadLettered = 2n;
  return {
    read: BigInt(sent),
    written: BigInt(sent) - deadLettered,
    deleted: 0n,
    deadLettered,
    lag: BigInt(Math.round(rate * 0.1 * jitter(900, 0.5))),
    inFlight: BigInt(Math.round(rate * 0.02)),
    endToEnd: { p50Ms: 38 * jitter(2_300, 0.1), p99Ms: 96 * jitter(3_100, 0.15) },
    modelError: { mean: 13.01 + Math.sin(now / 20_000) * 0.2, rows: BigInt(Math.floor(sent * 0.97)), unit: 'minutes' },
    stages: [
      stage('source', 'Read flights', 1.8, 6.2),
      stage('decode', 'Decode Avro', 0.21, 0.84),
      stage('model', 'Score arrival-delay', 1.1, 3.1),
      stage('sink', 'Upsert into postgres.flights', 11.4, 24.7),
    ],
  };
}

function halted(progress: PipelineProgress, sinkErrors: bigint): PipelineProgress {
  return {
    ...progress,
    stages: progress.stages.map((stage) => ({
      ...stage,
      ratePerSecond: 0,
      errors: stage.id === 'sink' ? sinkErrors : 0n,
    })),
  };
}
