/** What a running pipeline counts: records by their outcome, and each stage's rate and time for a batch. */
import type { Batch } from '#core/columns/batch.ts';
import type { PipelineProgress, Stage } from '#core/contract/pipeline.ts';
import { LatencyWindow } from '#core/metrics/latency.ts';
import { RateMeter } from '#core/metrics/rate-meter.ts';

class StageMeter {
  readonly id: Stage['id'];
  readonly title: string;
  readonly rate = new RateMeter();
  readonly latency = new LatencyWindow();
  errors = 0;

  constructor(id: Stage['id'], title: string) {
    this.id = id;
    this.title = title;
  }

  add(count: number, durationMs: number): void {
    this.rate.add(count);
    this.latency.add(durationMs);
  }

  get status(): Stage {
    return {
      id: this.id,
      title: this.title,
      count: BigInt(this.rate.count),
      ratePerSecond: this.rate.perSecond(),
      p50Ms: this.latency.quantile(0.5),
      p99Ms: this.latency.quantile(0.99),
      errors: BigInt(this.errors),
    };
  }
}

/** Rows of a batch whose age at its commit is taken. */
const sampledRows = 32;

/** How the records of one batch ended. */
export interface Outcome {
  readonly written: number;
  readonly deleted: number;
  readonly deadLettered: number;
}

export interface StageTitles {
  readonly source: string;
  readonly decode: string;
  readonly model?: string | undefined;
  readonly sink: string;
}

export class Progress {
  readonly source: StageMeter;
  readonly decode: StageMeter;
  readonly model: StageMeter | undefined;
  readonly sink: StageMeter;
  #written = 0;
  #deleted = 0;
  #deadLettered = 0;
  readonly #endToEnd = new LatencyWindow(1024);
  /** Milliseconds of `performance.now()`; undefined before. */
  firstFetchAt: number | undefined;
  lastCommitAt: number | undefined;

  constructor(titles: StageTitles) {
    this.source = new StageMeter('source', titles.source);
    this.decode = new StageMeter('decode', titles.decode);
    this.model = titles.model === undefined ? undefined : new StageMeter('model', titles.model);
    this.sink = new StageMeter('sink', titles.sink);
  }

  committed(outcome: Outcome, durationMs: number): void {
    this.#written += outcome.written;
    this.#deleted += outcome.deleted;
    this.#deadLettered += outcome.deadLettered;
    this.sink.add(outcome.written + outcome.deleted, durationMs);
    this.lastCommitAt = performance.now();
  }

  /** The batch's last commit is done. */
  delivered({ length, timestamp }: Batch): void {
    const now = Date.now();
    const step = Math.max(1, Math.floor(length / sampledRows));
    for (let row = step - 1; row < length; row += step) this.#endToEnd.add(Math.max(0, now - timestamp[row]!));
  }

  /** `inFlight`: records read whose batch is not committed yet. */
  status(inFlight: number, rest: Pick<PipelineProgress, 'lag' | 'modelError'>): PipelineProgress {
    const stages = [this.source, this.decode, this.model, this.sink].filter((stage) => stage !== undefined);
    return {
      read: BigInt(this.#written + this.#deleted + this.#deadLettered + inFlight),
      written: BigInt(this.#written),
      deleted: BigInt(this.#deleted),
      deadLettered: BigInt(this.#deadLettered),
      inFlight: BigInt(inFlight),
      endToEnd: quantiles(this.#endToEnd),
      ...rest,
      stages: stages.map((stage) => stage.status),
    };
  }
}

function quantiles(latency: LatencyWindow): PipelineProgress['endToEnd'] {
  const p50Ms = latency.quantile(0.5);
  const p99Ms = latency.quantile(0.99);
  return p50Ms === null || p99Ms === null ? null : { p50Ms, p99Ms };
}
