/**
 * A running pipeline: topic → columns → model → sinks, from where the sinks stand, until it is closed.
 *
 * Whatever may pass by itself (a broker away, a database restarting) is tried again with back-off, from the offsets that
 * the sinks tell; what needs the user ends in `failed` with the next step. Exactly once rests on the sinks' claim and
 * commit (`component.ts`), not on anything remembered here.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { PartitionRange } from '#core/columns/batch.ts';
import { type ErrorData, toErrorData } from '#core/contract/errors.ts';
import type { PipelineProgress, PipelineState } from '#core/contract/pipeline.ts';
import { backOffMs } from '#core/process/back-off.ts';
import type { InDoubt } from './delivery.ts';
import type { Progress } from './progress.ts';
import { openRun, type Run, type RunOptions } from './run.ts';

export interface PipelineOptions extends RunOptions {
  readonly onStateChange: () => void;
}

export interface Pipeline {
  readonly state: PipelineState;
  /** Why it waits, retries or failed; null otherwise. */
  readonly error: ErrorData | null;
  /** Null until it has been connected once. */
  progress(): PipelineProgress | null;
  /** From the first record fetched to the last commit; null before the first commit. */
  readonly elapsedMs: number | null;
  /** Resolves when it is finished, failed or closed. */
  readonly ended: Promise<void>;
  /** Stops fetching, commits what was sent to the sinks, ends. */
  close(): Promise<void>;
}

/** Starts at once and never throws: what goes wrong is in `state` and `error`. */
export function openPipeline(options: PipelineOptions): Pipeline {
  return new Engine(options);
}

class Engine implements Pipeline {
  readonly #options: PipelineOptions;
  readonly #closing = new AbortController();
  readonly ended: Promise<void>;
  state: PipelineState = 'starting';
  error: ErrorData | null = null;
  #run: Run | undefined;
  #progress: Progress | undefined;
  /** Where each partition goes on, as of the last commit. */
  readonly #positions = new Map<number, bigint>();
  #inDoubt: InDoubt | undefined;
  #failuresInARow = 0;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.ended = this.#runUntilEnd();
  }

  get elapsedMs(): number | null {
    const { firstFetchAt, lastCommitAt } = this.#progress ?? {};
    return firstFetchAt === undefined || lastCommitAt === undefined ? null : lastCommitAt - firstFetchAt;
  }

  progress(): PipelineProgress | null {
    const modelError = this.#run?.model?.error ?? null;
    return this.#progress?.status(this.#run?.delivery.inFlight ?? 0, { lag: this.#lag(), modelError }) ?? null;
  }

  async close(): Promise<void> {
    if (this.state === 'running') this.#become('stopping');
    this.#closing.abort();
    await this.ended;
  }

  get #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  async #runUntilEnd(): Promise<void> {
    while (!this.#isClosing) {
      try {
        await this.#runOnce();
        this.#become(this.#isClosing ? 'stopped' : 'finished');
        return;
      } catch (error) {
        if (!(await this.#goesOnAfter(toErrorData(error)))) return;
      }
    }
    this.#become('stopped');
  }

  /** Waits before the next try; false when there is none. */
  async #goesOnAfter(error: ErrorData): Promise<boolean> {
    if (this.#isClosing) return true;
    if (!error.retryable) {
      this.#become('failed', error);
      return false;
    }
    this.#failuresInARow += 1;
    const delayMs = backOffMs(this.#failuresInARow);
    this.#options.log(`${error.message}; trying again in ${delayMs} ms`);
    this.#become(error.code === 'NOT_FOUND' || error.code === 'REGISTRY_NOT_FOUND' ? 'waiting' : 'retrying', error);
    await delay(delayMs, undefined, { signal: this.#closing.signal }).catch(() => {});
    return true;
  }

  async #runOnce(): Promise<void> {
    await using resources = new AsyncDisposableStack();
    const run = await openRun(this.#options, {
      resources,
      signal: this.#closing.signal,
      progress: this.#progress,
      onCommit: (ranges) => this.#committed(ranges),
      onTrouble: (error) => this.#sourceBecame('retrying', error.toData()),
      onRecovered: () => this.#sourceBecame('running'),
    });
    this.#progress = run.progress;
    this.#settleDoubt(run);
    this.#run = run;
    for (const [partition, offset] of run.positions) this.#positions.set(partition, offset);
    this.#become('running');
    try {
      await this.#move(run);
    } finally {
      this.#inDoubt = run.delivery.inDoubt;
      run.delivery.inFlight = 0;
    }
  }

  async #move({ reader, model, delivery, progress }: Run): Promise<void> {
    for (let read = await reader.next(); read !== undefined; read = await reader.next()) {
      if (this.#isClosing) break;
      const startedAt = performance.now();
      const batch = model === undefined ? read.batch : await model.apply(read.batch);
      progress.model?.add(batch.length, performance.now() - startedAt);
      await delivery.deliver(read, batch);
    }
    await delivery.drain();
  }

  #committed(ranges: readonly PartitionRange[]): void {
    for (const { partition, next } of ranges) this.#positions.set(partition, next);
    this.#failuresInARow = 0;
  }

  /** A commit that got no answer happened exactly when the sinks now stand behind it: then its records count. */
  #settleDoubt(run: Run): void {
    const doubt = this.#inDoubt;
    this.#inDoubt = undefined;
    const happened = doubt?.ranges.every(({ partition, next }) => next <= (run.positions.get(partition) ?? 0n));
    if (doubt !== undefined && happened === true) run.progress.committed(doubt.outcome, 0);
  }

  #lag(): bigint | null {
    const marks = this.#run?.highWatermarks();
    if (marks === undefined || marks.size === 0) return null;
    let lag = 0n;
    for (const [partition, mark] of marks) {
      const behind = mark - (this.#positions.get(partition) ?? 0n);
      if (behind > 0n) lag += behind;
    }
    return lag;
  }

  /** What the source tells does not matter any more once the pipeline is being closed. */
  #sourceBecame(state: 'running' | 'retrying', error: ErrorData | null = null): void {
    if (this.state === 'running' || this.state === 'retrying') this.#become(state, error);
  }

  #become(state: PipelineState, error: ErrorData | null = null): void {
    this.state = state;
    this.error = error;
    this.#options.onStateChange();
  }
}
