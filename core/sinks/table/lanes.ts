/** Staged batches: each has a lane of the sink to itself until it is ended. */
import { WorkbenchError } from '#core/contract/errors.ts';
import type { StagedBatch } from '#core/pipeline/component.ts';

export class Lanes<Lane> {
  readonly all: readonly Lane[];
  readonly #free: Lane[];

  constructor(all: readonly Lane[]) {
    this.all = all;
    this.#free = [...all];
  }

  /** `ends`: what ending the batch means to its lane, which is free for the next one after that. */
  async stage(fill: (lane: Lane) => Promise<void>, ends: (lane: Lane) => StagedBatch): Promise<StagedBatch> {
    const lane = this.#free.shift();
    if (lane === undefined) throw new WorkbenchError('INTERNAL', `More than ${this.all.length} batches are staged.`);
    const freeing = async (work: Promise<void>): Promise<void> => {
      try {
        await work;
      } finally {
        this.#free.push(lane);
      }
    };
    try {
      await fill(lane);
    } catch (error) {
      this.#free.push(lane);
      throw error;
    }
    const staged = ends(lane);
    return {
      commit: (ranges) => freeing(staged.commit(ranges)),
      verify: () => freeing(staged.verify()),
      discard: () => freeing(staged.discard()),
    };
  }
}
