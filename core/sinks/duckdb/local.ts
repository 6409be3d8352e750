/** The owner in this very process: rows and offsets in one transaction, one batch of a file after another. */
import { availableParallelism } from 'node:os';
import type { Batch, PartitionRange } from '#core/columns/batch.ts';
import { fromDuckDb } from '#core/duckdb/errors.ts';
import { type Database, openDatabase } from '#core/duckdb/open.ts';
import type { Session } from '#core/duckdb/session.ts';
import type { Sink, SinkIdentity, StagedBatch } from '#core/pipeline/component.ts';
import { defaultStateDir, workspaceDatabase } from '#core/workspace/paths.ts';
import { asPreflight } from '../table/fit.ts';
import { Lanes } from '../table/lanes.ts';
import { asFenced, claimPartitions, createOffsetsSql, type OffsetsRows } from '../table/offsets.ts';
import { Ownership } from '../table/ownership.ts';
import { BatchRows, requestOf, type TableRequest } from '../table/rows.ts';
import { Lane } from './lane.ts';
import { moveOffsetsSql, offsetsRows, runnerOf } from './offsets.ts';
import type { DuckDbOwner, DuckDbSpec } from './owner.ts';
import { openTable, type TargetTable } from './target.ts';
import { lookAtTable, resetTable } from './upkeep.ts';
import { isAltered } from './upsert.ts';

/** One core is the decoder's: DuckDB on all of them holds it up, and takes more processor time for the same batch. */
const threads = Math.max(1, availableParallelism() - 1);

/** `file`: where a sink goes that names none. */
export function localOwner(file: () => string = () => workspaceDatabase(defaultStateDir())): DuckDbOwner {
  return {
    async open(spec, identity, fields) {
      const database = await openDatabase({ file: spec.file ?? file(), threads });
      try {
        return await openSink({ database, identity, request: requestOf(spec, fields), mode: spec.mode });
      } catch (error) {
        database.close();
        throw asPreflight(fromDuckDb(error, { as: 'sink', object: spec.table }));
      }
    },
    look: (spec, identity) => withSession(spec, file, (session) => lookAtTable(session, spec.table, identity)),
    reset: (spec, identity, request) =>
      withSession(spec, file, (session) => resetTable(session, spec.table, identity, request)),
  };
}

/** One after another with the batches of running sinks. */
async function withSession<T>(
  spec: DuckDbSpec,
  file: () => string,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const database = await openDatabase({ file: spec.file ?? file() });
  try {
    const session = await database.connect();
    try {
      return await database.exclusive(() => work(session));
    } finally {
      session.close();
    }
  } catch (error) {
    throw fromDuckDb(error, { as: 'sink', object: spec.table });
  } finally {
    database.close();
  }
}

const laneCount = 2;

type OpenOptions = Pick<LocalSinkOptions, 'database' | 'identity' | 'request' | 'mode'>;

async function openSink(options: OpenOptions): Promise<Sink> {
  const { database, identity, request } = options;
  const session = await database.connect();
  const lanes: Lane[] = [];
  try {
    const target = await database.exclusive(() => prepare(session, request, identity));
    for (let count = 0; count < laneCount; count++) {
      const { fields, key } = request;
      const lane = new Lane({ session: await database.connect(), fields, key });
      lanes.push(lane);
      await lane.open();
    }
    return new LocalSink({ ...options, session, lanes, target });
  } catch (error) {
    for (const lane of lanes) lane.close();
    session.close();
    throw error;
  }
}

function prepare(session: Session, request: TableRequest, identity: SinkIdentity): Promise<TargetTable> {
  return session.transaction(async () => {
    const target = await openTable(session, request);
    await session.run(createOffsetsSql(offsetsRows(target.schema, identity).table));
    return target;
  });
}

interface LocalSinkOptions {
  readonly database: Database;
  readonly session: Session;
  readonly lanes: readonly Lane[];
  readonly request: TableRequest;
  readonly identity: SinkIdentity;
  readonly target: TargetTable;
  readonly mode: DuckDbSpec['mode'];
}

class LocalSink implements Sink {
  readonly lanes = laneCount;
  readonly #options: LocalSinkOptions;
  readonly #rows: BatchRows;
  readonly #lanes: Lanes<Lane>;
  readonly #offsets: OffsetsRows;
  readonly #ownership: Ownership;
  #target: TargetTable;
  #isOpen = true;

  constructor(options: LocalSinkOptions) {
    const { request, mode, identity, target } = options;
    this.#options = options;
    this.#target = target;
    this.#lanes = new Lanes(options.lanes);
    this.#rows = new BatchRows(request, mode, identity.topicId);
    this.#offsets = offsetsRows(target.schema, identity);
    this.#ownership = new Ownership(request.table);
  }

  async claim(partitions: readonly number[]): Promise<ReadonlyMap<number, bigint>> {
    const { database, session } = this.#options;
    const claims = await this.#asSink(() =>
      database.exclusive(() => claimPartitions(runnerOf(session), this.#offsets, partitions)),
    );
    return this.#ownership.claimed(claims);
  }

  stage(batch: Batch, rows?: Int32Array): Promise<StagedBatch> {
    const end = async (lane: Lane, work: () => Promise<void>): Promise<void> => {
      try {
        await this.#asSink(work);
      } finally {
        // A sink that was closed meanwhile has no tables to empty any more.
        if (this.#isOpen) await lane.clear();
      }
    };
    return this.#lanes.stage(
      (lane) => this.#asSink(() => lane.stage(this.#rows.of(batch, rows))),
      (lane) => ({
        commit: (ranges) => end(lane, () => this.#commit(lane, ranges)),
        verify: () => end(lane, () => this.#write((target) => lane.verify(target))),
        discard: () => end(lane, async () => {}),
      }),
    );
  }

  #commit(lane: Lane, ranges: readonly PartitionRange[]): Promise<void> {
    return this.#ownership.commit(ranges, async (claims) => {
      const move = moveOffsetsSql(this.#offsets, claims, ranges);
      await this.#write((target) => lane.commit(target, move)).catch((error: unknown) => {
        throw asFenced(error);
      });
    });
  }

  /** A table that somebody altered is looked at again; what does not fit any more is said as before a start. */
  #write(work: (target: TargetTable) => Promise<void>): Promise<void> {
    const { database, session, request, identity } = this.#options;
    return database.exclusive(async () => {
      for (;;) {
        try {
          return await work(this.#target);
        } catch (error) {
          if (!isAltered(error)) throw error;
          this.#target = await prepare(session, request, identity);
        }
      }
    });
  }

  async #asSink<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw fromDuckDb(error, { as: 'sink', object: this.#options.request.table });
    }
  }

  /** What runs is let finish: closing a session under a statement is no good. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const { database, session } = this.#options;
    await this.#ownership.settled();
    await database.exclusive(async () => {});
    for (const lane of this.#lanes.all) lane.close();
    session.close();
    database.close();
  }
}
