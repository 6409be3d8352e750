/**
 * Brings batches to the sinks in order: while one commits, the next is already being sent.
 *
 * A row that a sink refuses is found by halving and becomes a dead letter; all others of its batch are written.
 */
import type { Batch, PartitionRange } from '#core/columns/batch.ts';
import { toErrorData } from '#core/contract/errors.ts';
import type { BatchPool } from './batch-pool.ts';
import type { Sink, StagedBatch } from './component.ts';
import type { DeadLetters } from './dead-letters/writer.ts';
import type { Outcome, Progress } from './progress.ts';
import type { ReadBatch, Rejected } from './topic-reader.ts';

/** A sink and what it told at the start: it may hold more of a partition than another sink of the same pipeline. */
export interface ClaimedSink {
  readonly sink: Sink;
  readonly claimed: ReadonlyMap<number, bigint>;
}

/** A batch whose commit got no answer: whether it happened, the next claim tells. */
export interface InDoubt {
  readonly ranges: readonly PartitionRange[];
  readonly outcome: Outcome;
}

export interface DeliveryOptions {
  readonly sinks: readonly ClaimedSink[];
  readonly deadLetters: DeadLetters;
  readonly pool: BatchPool;
  readonly progress: Progress;
  /** After each commit, with what is durable now. */
  readonly onCommit: (ranges: readonly PartitionRange[]) => void;
  /** A commit failed while nobody waited for it: the source should end, so that `drain` tells why. */
  readonly onFailure: () => void;
}

/** What a sink has to write of a batch: `rows` is undefined for all of it. */
interface Part {
  readonly sink: Sink;
  readonly rows: Int32Array | undefined;
  readonly ranges: readonly PartitionRange[];
}

/** A batch while one sink after the other writes it. */
interface Committing extends Pick<ReadBatch, 'chunks' | 'rejected'> {
  readonly batch: Batch;
  /** Rows that are dead letters already, whichever sink refused them: a record is one letter. */
  readonly refused: Set<number>;
}

export class Delivery {
  readonly #options: DeliveryOptions;
  #committing: Promise<void> = Promise.resolve();
  #unanswered: Committing | undefined;
  /** Records handed over and not committed yet. */
  inFlight = 0;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the batch was sent and the one before it is committed; its own commit goes on behind. `batch` is
   * `read.batch` after the steps. Throws what the commit before threw: nothing may be delivered after that.
   */
  async deliver(read: ReadBatch, batch: Batch): Promise<void> {
    this.inFlight += read.records;
    const parts = this.#options.sinks.map((sink) => partOf(sink, batch));
    const sent = this.#options.deadLetters.send(read.rejected, read.chunks);
    sent.catch(() => {});
    const staged = await Promise.all(parts.map((part) => stageOrRefusal(part, batch)));
    await Promise.all([sent, this.#committing]);
    const committing = this.#commit(read, batch, parts, staged);
    committing.catch(this.#options.onFailure);
    this.#committing = committing;
  }

  get inDoubt(): InDoubt | undefined {
    const open = this.#unanswered;
    return open && { ranges: open.batch.ranges, outcome: outcomeOf(open) };
  }

  /** Waits for the last commit. */
  drain(): Promise<void> {
    return this.#committing;
  }

  async #commit(
    read: ReadBatch,
    batch: Batch,
    parts: readonly Part[],
    staged: ReadonlyArray<StagedBatch | Error>,
  ): Promise<void> {
    const startedAt = performance.now();
    const open = { batch, refused: new Set<number>(), rejected: read.rejected, chunks: read.chunks };
    this.#unanswered = open;
    for (const [index, part] of parts.entries()) await this.#commitPart(part, staged[index]!, open);
    this.#unanswered = undefined;
    this.#settle(read, batch, outcomeOf(open), startedAt);
  }

  #settle(read: ReadBatch, batch: Batch, outcome: Outcome, startedAt: number): void {
    const { pool, progress, onCommit } = this.#options;
    this.inFlight -= read.records;
    progress.committed(outcome, performance.now() - startedAt);
    progress.delivered(batch);
    onCommit(batch.ranges);
    pool.give(read.batch);
  }

  async #commitPart(part: Part, staged: StagedBatch | Error, { batch, refused, chunks }: Committing): Promise<void> {
    try {
      if (staged instanceof Error) throw staged;
      await staged.commit(part.ranges);
      return;
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
    const { good, bad } = await separate(part.sink, batch, part.rows ?? allRows(batch));
    const { progress, deadLetters } = this.#options;
    progress.sink.errors += bad.length;
    const fresh = bad.filter(({ row }) => !refused.has(row));
    await deadLetters.send(
      fresh.map((refusal) => rejectedRow(batch, refusal)),
      chunks,
    );
    for (const { row } of fresh) refused.add(row);
    const rest = await part.sink.stage(batch, good);
    await rest.commit(part.ranges);
  }
}

interface Refusal {
  readonly row: number;
  readonly reason: Error;
}

/** Halves the rows until each one that the sink refuses stands alone. */
async function separate(sink: Sink, batch: Batch, rows: Int32Array): Promise<{ good: Int32Array; bad: Refusal[] }> {
  const refusal = await tryRows(sink, batch, rows);
  if (refusal === undefined) return { good: rows, bad: [] };
  if (rows.length === 1) return { good: new Int32Array(0), bad: [{ row: rows[0]!, reason: refusal }] };
  const middle = rows.length >> 1;
  const left = await separate(sink, batch, rows.subarray(0, middle));
  const right = await separate(sink, batch, rows.subarray(middle));
  return { good: Int32Array.from([...left.good, ...right.good]), bad: [...left.bad, ...right.bad] };
}

async function tryRows(sink: Sink, batch: Batch, rows: Int32Array): Promise<Error | undefined> {
  try {
    await (await sink.stage(batch, rows)).verify();
    return undefined;
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

async function stageOrRefusal(part: Part, batch: Batch): Promise<StagedBatch | Error> {
  try {
    return await part.sink.stage(batch, part.rows);
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

function isRefusal(error: unknown): error is Error {
  return toErrorData(error).code === 'SINK_REJECTED';
}

/** Leaves out what the sink holds already: the pipeline reads from where its slowest sink stands. */
function partOf({ sink, claimed }: ClaimedSink, batch: Batch): Part {
  const holds = (partition: number, offset: bigint): boolean => offset < (claimed.get(partition) ?? 0n);
  if (!batch.ranges.some(({ partition, from }) => holds(partition, from))) {
    return { sink, rows: undefined, ranges: batch.ranges };
  }
  const rows = allRows(batch).filter((row) => !holds(batch.partition[row]!, batch.offset[row]!));
  const ranges = batch.ranges
    .filter(({ partition, next }) => !holds(partition, next - 1n))
    .map((range) => (holds(range.partition, range.from) ? { ...range, from: claimed.get(range.partition)! } : range));
  return { sink, rows, ranges };
}

function allRows(batch: Batch): Int32Array {
  return Int32Array.from({ length: batch.length }, (_, row) => row);
}

function rejectedRow(batch: Batch, { row, reason }: Refusal): Rejected {
  return { partition: batch.partition[row]!, offset: batch.offset[row]!, stage: 'sink', reason };
}

function outcomeOf({ batch, refused, rejected }: Committing): Outcome {
  let refusedDeletes = 0;
  for (const row of refused) refusedDeletes += batch.tombstone[row]!;
  return {
    written: batch.length - batch.tombstones - (refused.size - refusedDeletes),
    deleted: batch.tombstones - refusedDeletes,
    deadLettered: rejected.length + refused.size,
  };
}
