/**
 * What a sink and a step are. The engine knows nothing else of them; each component registers itself in one list.
 */
import type { z } from 'zod';
import type { Batch, PartitionRange } from '#core/columns/batch.ts';
import type { Field } from '#core/columns/type.ts';
import type { Guarantee } from '#core/contract/pipeline.ts';
import type { ResolvedConnection } from '#core/workspace/connection.ts';

/** One kind of sink: its own fields (`spec`), what it promises, and how to open it. */
export interface SinkComponent<Spec = unknown> {
  /** The `type:` in a definition. */
  readonly type: string;
  readonly title: string;
  readonly guarantee: Guarantee;
  /** Parses the sink's fields of a definition; forms and completion are made from its JSON Schema. */
  readonly spec: z.ZodType<Spec>;
  /** Where the rows go, in the user's words: `postgres · flights`. */
  describe(spec: Spec): string;
  /**
   * Connects, checks that the target fits `fields` and makes it where it is missing. Called once for each run, before
   * any `stage`. Throws `SINK_UNREACHABLE` (retryable) or `PREFLIGHT_FAILED` with what to change.
   */
  open(spec: Spec, context: SinkContext): Promise<Sink>;
  /** Left out by a sink whose offsets can't be looked at or moved from outside a run. */
  readonly upkeep?: SinkUpkeep<Spec>;
}

/** What is done to a sink's target beside a run: looked at any time, reset while no run writes. Each call connects and ends by itself. */
export interface SinkUpkeep<Spec = unknown> {
  /** Changes nothing. A target that does not exist yet has no positions and no rows. Throws `SINK_UNREACHABLE`. */
  look(spec: Spec, context: UpkeepContext): Promise<SinkLook>;
  /**
   * Moves the offsets, and empties the target where asked, in one transaction. An owner from before can commit nothing after
   * it. Throws `CONFLICT` when the positions are not as `seen` any more: nothing was changed then.
   */
  reset(spec: Spec, context: UpkeepContext, request: SinkReset): Promise<void>;
}

export type UpkeepContext = Omit<SinkContext, 'fields'>;

export interface SinkLook {
  /** By partition; one that was never claimed is missing. */
  readonly positions: ReadonlyMap<number, SinkPosition>;
  /** All rows of the target, whoever wrote them; null where there is no target yet. */
  readonly rows: SinkRows | null;
}

export interface SinkPosition {
  /** Counts the claims. */
  readonly ownerEpoch: bigint;
  /** Null: nothing was committed yet, a run begins at the beginning. */
  readonly next: bigint | null;
}

export interface SinkRows {
  readonly count: bigint;
  /** False for the target's own estimate, where counting would take long. */
  readonly isExact: boolean;
}

export interface SinkReset {
  readonly seen: ReadonlyMap<number, SinkPosition>;
  /** The partitions to move. Null: to the beginning, whatever that is when a run starts. */
  readonly next: ReadonlyMap<number, bigint | null>;
  readonly empties: boolean;
}

/** What tells the offsets of one sink of one pipeline on one topic from all others. */
export interface SinkIdentity {
  readonly pipeline: string;
  /** Tells the sinks of one pipeline apart: `postgres`, `postgres-2`. */
  readonly sink: string;
  readonly clusterId: string;
  readonly topicId: string;
}

export interface SinkContext extends SinkIdentity {
  /** The columns that every batch of this run has, predictions included. */
  readonly fields: readonly Field[];
  readonly connection: ResolvedConnection;
  readonly log: (line: string) => void;
}

/**
 * An open sink. The engine calls `claim` once, then `stage` for each batch in order with at most `lanes` staged batches
 * alive, and ends each of them exactly once. Nothing is called after `close`.
 */
export interface Sink {
  /** How many batches may be staged at a time: while one commits, the next is already being sent. */
  readonly lanes: number;
  /**
   * Takes the partitions over from whoever had them: after it resolves, an older owner can commit nothing more.
   * Answers the next offset of each partition that has one; the others start at the beginning.
   */
  claim(partitions: readonly number[]): Promise<ReadonlyMap<number, bigint>>;
  /**
   * Sends the rows to the target without making them visible. `rows`: the row numbers to send, ascending; all when left out.
   * The batch's arrays are not read any more once this resolves. Throws `SINK_REJECTED` as `commit` does when the target
   * checks values on their way in. While a refused batch is being halved, the next one may be staged already: it must not
   * commit before the gap in front of it is filled.
   */
  stage(batch: Batch, rows?: Int32Array): Promise<StagedBatch>;
  /** Ends connections; staged batches are discarded. Never throws. */
  close(): Promise<void>;
}

/** A batch the target holds but nobody sees yet. Exactly one of its methods is called, once. */
export interface StagedBatch {
  /**
   * Makes the rows visible and moves the offsets of `ranges` on, both or neither. Called in the order of `stage`.
   *
   * Throws a retryable error when the target can't be reached (the outcome is then unknown: the engine claims again and
   * goes on from the offsets it is told), `SINK_REJECTED` when a row can't be written, `PIPELINE_FENCED` when another
   * owner has claimed the partitions: nothing of this batch was made visible then.
   */
  commit(ranges: readonly PartitionRange[]): Promise<void>;
  /** Tries the rows and takes them back: throws `SINK_REJECTED` as `commit` would. Used to find a bad row by halving. */
  verify(): Promise<void>;
  discard(): Promise<void>;
}

/** Adds columns to a batch: a model, later SQL. */
export interface Step {
  readonly title: string;
  /** The columns after this step. */
  readonly fields: readonly Field[];
  /** The result shares memory with `batch`; both are the caller's until the batch is given back to its pool. */
  apply(batch: Batch): Promise<Batch>;
  close(): Promise<void>;
}
