/**
 * What a sink holds of its partitions: the claims, and that commits happen in order with nothing left out between them.
 *
 * A claim is a position as it was when it was taken: who holds an older owner epoch, or expects another next offset, can't
 * move it.
 */
import type { PartitionRange } from '#core/columns/batch.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { SinkIdentity, SinkPosition } from '#core/pipeline/component.ts';
import { Gaps } from './gaps.ts';

/** What we hold, by partition. */
export type Claims = ReadonlyMap<number, SinkPosition>;

/** What a commit's compare-and-set moves: the range, and what must still be so. */
export interface Move {
  readonly range: PartitionRange;
  readonly claim: SinkPosition;
}

/** Throws `PIPELINE_FENCED` for a partition that was never claimed. */
export function movesOf(claims: Claims, ranges: readonly PartitionRange[]): readonly Move[] {
  return ranges.map((range) => {
    const claim = claims.get(range.partition);
    if (claim === undefined) throw fenced(`Partition ${range.partition} was not claimed.`);
    return { range, claim };
  });
}

export function fenced(message = 'Another run has taken its partitions over, or moved its offsets.'): WorkbenchError {
  return new WorkbenchError('PIPELINE_FENCED', message, {
    nextStep: 'Let the other run go on, or stop it before this one is started again.',
  });
}

/** A reset found other positions than it was asked for with. */
export function changedSince({ pipeline }: SinkIdentity): WorkbenchError {
  return new WorkbenchError('CONFLICT', `${pipeline} has moved on since its offsets were looked at`, {
    object: pipeline,
    nextStep: 'See that no run of it writes, then look at the reset again.',
  });
}

export class Ownership {
  readonly #table: string;
  #claims: Map<number, SinkPosition> = new Map();
  /** Commits happen one after the other, whatever the caller does. */
  #lastCommit: Promise<void> = Promise.resolve();
  readonly #gaps = new Gaps();
  /** Set when another owner was met: nothing more is written until the next claim. */
  #fenced: WorkbenchError | undefined;

  constructor(table: string) {
    this.#table = table;
  }

  /** Answers the next offset of each partition that has one. */
  claimed(claims: Claims): ReadonlyMap<number, bigint> {
    this.#claims = new Map(claims);
    this.#gaps.clear();
    this.#fenced = undefined;
    const offsets = new Map<number, bigint>();
    for (const [partition, { next }] of claims) if (next !== null) offsets.set(partition, next);
    return offsets;
  }

  /** `write` makes rows and offsets durable together; not called when something before these ranges is not. */
  commit(ranges: readonly PartitionRange[], write: (claims: Claims) => Promise<void>): Promise<void> {
    const commit = this.#lastCommit.then(() => this.#commit(ranges, write));
    this.#lastCommit = commit.catch(() => {});
    return commit;
  }

  /** Never rejects. */
  settled(): Promise<void> {
    return this.#lastCommit;
  }

  async #commit(ranges: readonly PartitionRange[], write: (claims: Claims) => Promise<void>): Promise<void> {
    try {
      this.#checkOrder(ranges);
      await write(this.#claims);
    } catch (error) {
      this.#gaps.add(ranges);
      if (error instanceof WorkbenchError && error.code === 'PIPELINE_FENCED') this.#fenced = error;
      throw error;
    }
    this.#gaps.fill(ranges);
    for (const { partition, next } of ranges) {
      this.#claims.set(partition, { ...this.#claims.get(partition)!, next });
    }
  }

  #checkOrder(ranges: readonly PartitionRange[]): void {
    if (this.#fenced !== undefined) throw this.#fenced;
    if (!this.#gaps.blocks(ranges)) return;
    throw new WorkbenchError('CANCELLED', 'A batch before this one was not committed.', {
      object: this.#table,
      retryable: true,
    });
  }
}
