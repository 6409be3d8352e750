/**
 * The owner in another process. What it loses by ending is an error to try again; the sink opens there anew by itself, and
 * nothing is committed before the partitions are claimed again.
 */
import type { Batch, PartitionRange } from '#core/columns/batch.ts';
import { type ErrorCode, WorkbenchError } from '#core/contract/errors.ts';
import type { Sink, StagedBatch } from '#core/pipeline/component.ts';
import type { Caller } from '#core/process/calls.ts';
import { type OpenedSink, type OpenInput, packBatch, type SinkApi } from './messages.ts';
import type { DuckDbOwner } from './owner.ts';

/** Sinks with a file of their own are this process's: `own`. */
export function remoteOwner(caller: Caller<SinkApi>, own: DuckDbOwner): DuckDbOwner {
  return {
    async open(spec, identity, fields) {
      if (spec.file !== undefined) return own.open(spec, identity, fields);
      const sink = new RemoteSink(caller, { spec, identity, fields });
      await sink.open();
      return sink;
    },
    look: (spec, identity) => caller.call('look', { spec, identity }),
    reset: (spec, identity, request) => caller.call('reset', { spec, identity, request }),
  };
}

class RemoteSink implements Sink {
  lanes = 1;
  readonly #caller: Caller<SinkApi>;
  readonly #input: OpenInput;
  #opening: Promise<OpenedSink> | undefined;
  /** The sink over there that holds our claims. */
  #claimedBy: string | undefined;

  constructor(caller: Caller<SinkApi>, input: OpenInput) {
    this.#caller = caller;
    this.#input = input;
  }

  /** Where it is not open, or not any more. */
  async open(): Promise<string> {
    this.#opening ??= this.#openThere();
    const { sinkId, lanes } = await this.#guard(this.#opening);
    this.lanes = lanes;
    return sinkId;
  }

  async #openThere(): Promise<OpenedSink> {
    try {
      return await this.#caller.call('open', this.#input);
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  async claim(partitions: readonly number[]): Promise<ReadonlyMap<number, bigint>> {
    const sinkId = await this.open();
    const offsets = await this.#guard(this.#caller.call('claim', { sinkId, partitions }));
    this.#claimedBy = sinkId;
    return offsets;
  }

  async stage(batch: Batch, rows?: Int32Array): Promise<StagedBatch> {
    const sinkId = await this.open();
    const stagedId = await this.#guard(this.#caller.call('stage', { sinkId, batch: packBatch(batch), rows }));
    const input = { sinkId, stagedId };
    return {
      commit: (ranges) => this.#commit(input, ranges),
      verify: () => this.#guard(this.#caller.call('verify', input)),
      // Gone with its process is discarded too.
      discard: () => this.#guard(this.#caller.call('discard', input)).catch(() => {}),
    };
  }

  async #commit(input: { sinkId: string; stagedId: string }, ranges: readonly PartitionRange[]): Promise<void> {
    if (ranges.length > 0 && this.#claimedBy !== undefined && this.#claimedBy !== input.sinkId) throw this.#lost();
    await this.#guard(this.#caller.call('commit', { ...input, ranges }));
  }

  async #guard<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      throw error instanceof WorkbenchError && goneCodes.has(error.code) ? this.#lost(error) : error;
    }
  }

  #lost(cause?: WorkbenchError): WorkbenchError {
    this.#opening = undefined;
    return new WorkbenchError(
      'SINK_UNREACHABLE',
      cause?.message ?? 'The process that owns the database was started again.',
      {
        object: this.#input.spec.table,
        nextStep: 'It is tried again by itself: what was not committed is written again.',
        retryable: true,
        cause,
      },
    );
  }

  async close(): Promise<void> {
    const opened = await this.#opening?.catch(() => undefined);
    this.#opening = undefined;
    if (opened !== undefined) await this.#caller.call('close', { sinkId: opened.sinkId }).catch(() => {});
  }
}

/** The process ended, or another one answers that knows nothing of this sink. */
const goneCodes: ReadonlySet<ErrorCode> = new Set(['PROCESS_CRASHED', 'NOT_FOUND']);
