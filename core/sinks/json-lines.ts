/**
 * JSON Lines: files that grow, one line a record, exactly once, because lines and offsets are one commit of the ledger
 * (`json-lines/ledger.ts`). Files before the newest one never change again and may be moved away.
 *
 * Every record is a line, the newest of a key last: who wants a table folds them.
 */
import { z } from 'zod';
import type { Batch, PartitionRange } from '#core/columns/batch.ts';
import type {
  Sink,
  SinkComponent,
  SinkIdentity,
  SinkLook,
  SinkPosition,
  SinkReset,
  StagedBatch,
  UpkeepContext,
} from '#core/pipeline/component.ts';
import { countLines, type Directory, openDirectory } from './json-lines/directory.ts';
import { asSinkError } from './json-lines/errors.ts';
import { type Ledger, type LedgerOffset, readLedger } from './json-lines/ledger.ts';
import { linesOf } from './json-lines/lines.ts';
import { type Claims, changedSince, fenced, movesOf, Ownership } from './table/ownership.ts';

const specSchema = z.strictObject({
  type: z.literal('json-lines'),
  directory: z.string().min(1).describe('Where the files are; made when it does not exist.'),
  rollMb: z.number().positive().default(128).describe('A file this long (in megabytes) is followed by the next one.'),
});
export type JsonLinesSpec = z.infer<typeof specSchema>;

export const jsonLinesSink: SinkComponent<JsonLinesSpec> = {
  type: 'json-lines',
  title: 'JSON Lines',
  guarantee: 'exactly-once',
  spec: specSchema,
  describe: ({ directory }) => `json-lines · ${directory}`,
  async open(spec, context) {
    const directory = openDirectory(spec.directory);
    try {
      const ledger = directory.ledger(ledgerName(context));
      await directory.exclusive(() => ledger.recover());
      return new JsonLinesSink(directory, ledger, context, spec.rollMb * 1_000_000);
    } catch (error) {
      await directory.close();
      throw error;
    }
  },
  upkeep: { look, reset },
};

/** Also what its files are called: `flights`, or `flights~json-lines-2` for the second one of a pipeline. */
function ledgerName({ pipeline, sink }: SinkIdentity): string {
  return [pipeline, ...(sink === jsonLinesSink.type ? [] : [sink])].map(encodeURIComponent).join('~');
}

const isOf =
  ({ clusterId, topicId }: SinkIdentity) =>
  (offset: LedgerOffset): boolean =>
    offset.clusterId === clusterId && offset.topicId === topicId;

function positionsOf(offsets: readonly LedgerOffset[]): ReadonlyMap<number, SinkPosition> {
  return new Map(offsets.map(({ partition, ownerEpoch, next }) => [partition, { ownerEpoch, next }]));
}

/** All offsets with those of `identity` in `changed` put in their place. */
function withOffsets(
  all: readonly LedgerOffset[],
  identity: SinkIdentity,
  changed: readonly LedgerOffset[],
): LedgerOffset[] {
  const isChanged = (offset: LedgerOffset) =>
    isOf(identity)(offset) && changed.some(({ partition }) => partition === offset.partition);
  return [...all.filter((offset) => !isChanged(offset)), ...changed];
}

const laneCount = 2;

class JsonLinesSink implements Sink {
  readonly lanes = laneCount;
  readonly #directory: Directory;
  readonly #ledger: Ledger;
  readonly #identity: SinkIdentity;
  readonly #rollBytes: number;
  readonly #ownership: Ownership;
  #isOpen = true;

  constructor(directory: Directory, ledger: Ledger, identity: SinkIdentity, rollBytes: number) {
    this.#directory = directory;
    this.#ledger = ledger;
    this.#identity = identity;
    this.#rollBytes = rollBytes;
    this.#ownership = new Ownership(directory.path);
  }

  async claim(partitions: readonly number[]): Promise<ReadonlyMap<number, bigint>> {
    const { clusterId, topicId } = this.#identity;
    const claimed = await this.#directory.exclusive(async () => {
      await this.#ledger.recover();
      const mine = this.#ledger.state.offsets.filter(isOf(this.#identity));
      const offsets = [...new Set(partitions)].map((partition): LedgerOffset => {
        const known = mine.find((offset) => offset.partition === partition);
        const base = known ?? { clusterId, topicId, partition, next: null, leaderEpoch: -1, ownerEpoch: 0n };
        return { ...base, ownerEpoch: base.ownerEpoch + 1n };
      });
      await this.#commitOffsets(offsets, Buffer.alloc(0), 0);
      return offsets;
    });
    return this.#ownership.claimed(positionsOf(claimed));
  }

  async stage(batch: Batch, rows?: Int32Array): Promise<StagedBatch> {
    const lines = linesOf(batch, rows);
    const count = rows?.length ?? batch.length;
    return {
      commit: (ranges) => this.#ownership.commit(ranges, (claims) => this.#commit(claims, ranges, lines, count)),
      verify: async () => {},
      discard: async () => {},
    };
  }

  #commit(claims: Claims, ranges: readonly PartitionRange[], lines: Buffer, count: number): Promise<void> {
    return this.#directory.exclusive(async () => {
      const held = this.#ledger.state.offsets.filter(isOf(this.#identity));
      const moved = movesOf(claims, ranges).map(({ range, claim }): LedgerOffset => {
        const now = held.find(({ partition }) => partition === range.partition);
        if (now === undefined || now.ownerEpoch !== claim.ownerEpoch || now.next !== claim.next) throw fenced();
        return { ...now, next: range.next, leaderEpoch: range.leaderEpoch };
      });
      await this.#commitOffsets(moved, lines, count);
    });
  }

  #commitOffsets(changed: readonly LedgerOffset[], lines: Buffer, count: number): Promise<void> {
    const offsets = withOffsets(this.#ledger.state.offsets, this.#identity, changed);
    return this.#ledger.commit(offsets, lines, count, this.#rollBytes);
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#ownership.settled();
    await this.#directory.close();
  }
}

async function look({ directory }: JsonLinesSpec, context: UpkeepContext): Promise<SinkLook> {
  const [{ state }, count] = await Promise.all([
    readLedger({ directory, name: ledgerName(context) }),
    countLines(directory),
  ]).catch((error: unknown) => {
    throw asSinkError(error, directory);
  });
  return {
    positions: positionsOf(state.offsets.filter(isOf(context))),
    rows: count === undefined ? null : { count, isExact: true },
  };
}

/** Empties its own files alone: those of other pipelines in the directory are theirs. */
async function reset(spec: JsonLinesSpec, context: UpkeepContext, { seen, next, empties }: SinkReset): Promise<void> {
  const directory = openDirectory(spec.directory);
  try {
    const ledger = directory.ledger(ledgerName(context));
    await directory.exclusive(async () => {
      await (empties ? ledger.load() : ledger.recover());
      const mine = ledger.state.offsets.filter(isOf(context));
      const moved = [...next].map(([partition, offset]): LedgerOffset => {
        const now = mine.find((each) => each.partition === partition);
        const before = seen.get(partition);
        if (now?.ownerEpoch !== before?.ownerEpoch || now?.next !== before?.next) throw changedSince(context);
        const { clusterId, topicId } = context;
        const ownerEpoch = (now?.ownerEpoch ?? 0n) + 1n;
        return { clusterId, topicId, partition, next: offset, leaderEpoch: -1, ownerEpoch };
      });
      const offsets = withOffsets(ledger.state.offsets, context, moved);
      await (empties ? ledger.empty(offsets) : ledger.commit(offsets, Buffer.alloc(0), 0, Number.POSITIVE_INFINITY));
    });
  } finally {
    await directory.close();
  }
}
