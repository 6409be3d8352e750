/** The owner in this very process: rows and offsets in one transaction, one batch of a file after another. */
import { join } from 'node:path';
import type { Batch, PartitionRange } from '#core/columns/batch.ts';
import { lastByKey } from '#core/columns/last-by-key.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import { fromDuckDb } from '#core/duckdb/errors.ts';
import { type Database, openDatabase } from '#core/duckdb/open.ts';
import type { Session } from '#core/duckdb/session.ts';
import type { Sink, StagedBatch } from '#core/pipeline/component.ts';
import { defaultStateDir } from '#core/workspace/paths.ts';
import { Gaps } from '../postgres/gaps.ts';
import { OriginColumns, originFields } from '../postgres/origin.ts';
import { Lane, type LaneRows } from './lane.ts';
import { type Claim, claimPartitions, createOffsetsSql, moveOffsets, offsetsTable } from './offsets.ts';
import type { DuckDbOwner, DuckDbSpec, SinkIdentity } from './owner.ts';
import { openTable, type TableRequest, type TargetTable } from './target.ts';
import { lookAtTable, resetTable } from './upkeep.ts';

/** The database that belongs to a state directory. */
export function workspaceDatabase(stateDir: string): string {
  return join(stateDir, 'workspace.duckdb');
}

/** `file`: where a sink goes that names none. */
export function localOwner(file: () => string = () => workspaceDatabase(defaultStateDir())): DuckDbOwner {
  return {
    async open(spec, identity) {
      const database = await openDatabase({ file: spec.file ?? file() });
      try {
        return await openSink(database, spec, identity);
      } catch (error) {
        database.close();
        const known = fromDuckDb(error, { as: 'sink', object: spec.table });
        throw known.code === 'SINK_REJECTED' ? new WorkbenchError('PREFLIGHT_FAILED', known.message, known) : known;
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

async function openSink(database: Database, spec: DuckDbSpec, identity: SinkIdentity): Promise<Sink> {
  const { table } = spec;
  const request: TableRequest =
    spec.mode === 'insert'
      ? { table, fields: [...originFields, ...identity.fields], key: originFields.map(({ name }) => name) }
      : { table, fields: identity.fields, key: spec.key };
  const session = await database.connect();
  const lanes: Lane[] = [];
  try {
    const target = await database.exclusive(() => prepare(session, request));
    for (let count = 0; count < laneCount; count++) {
      const { fields, key } = request;
      const lane = new Lane({ session: await database.connect(), table: target.sql, fields, key });
      lanes.push(lane);
      await lane.open();
    }
    return new LocalSink({ database, session, lanes, request, identity, target, isInsert: spec.mode === 'insert' });
  } catch (error) {
    for (const lane of lanes) lane.close();
    session.close();
    throw error;
  }
}

async function prepare(session: Session, request: TableRequest): Promise<TargetTable> {
  await session.run('BEGIN');
  try {
    const target = await openTable(session, request);
    await session.run(createOffsetsSql(offsetsTable(target.schema)));
    await session.run('COMMIT');
    return target;
  } catch (error) {
    await session.run('ROLLBACK').catch(() => {});
    throw error;
  }
}

interface LocalSinkOptions {
  readonly database: Database;
  readonly session: Session;
  readonly lanes: readonly Lane[];
  readonly request: TableRequest;
  readonly identity: SinkIdentity;
  readonly target: TargetTable;
  readonly isInsert: boolean;
}

class LocalSink implements Sink {
  readonly lanes = laneCount;
  readonly #options: LocalSinkOptions;
  readonly #keyColumns: readonly number[];
  /** Only in the mode `insert`. */
  readonly #origin: OriginColumns | undefined;
  readonly #offsets: string;
  #claims = new Map<number, Claim>();
  /** Commits happen one after the other, whatever the caller does. */
  #lastCommit: Promise<void> = Promise.resolve();
  readonly #gaps = new Gaps();
  /** Set when another owner was met: nothing more is written until the next claim. */
  #fenced: WorkbenchError | undefined;
  #isOpen = true;

  constructor(options: LocalSinkOptions) {
    this.#options = options;
    const { fields, key } = options.request;
    this.#keyColumns = key.map((name) => fields.findIndex((field) => field.name === name));
    this.#origin = options.isInsert ? new OriginColumns(options.identity.topicId) : undefined;
    this.#offsets = offsetsTable(options.target.schema);
  }

  async claim(partitions: readonly number[]): Promise<ReadonlyMap<number, bigint>> {
    const { database, session, identity } = this.#options;
    this.#claims = await this.#asSink(() =>
      database.exclusive(() => claimPartitions(session, this.#offsets, identity, partitions)),
    );
    this.#gaps.clear();
    this.#fenced = undefined;
    const offsets = new Map<number, bigint>();
    for (const [partition, { next }] of this.#claims) if (next !== null) offsets.set(partition, next);
    return offsets;
  }

  async stage(batch: Batch, rows?: Int32Array): Promise<StagedBatch> {
    const lane = this.#options.lanes.find((each) => !each.isBusy);
    if (lane === undefined) throw new WorkbenchError('INTERNAL', `More than ${laneCount} batches are staged.`);
    lane.isBusy = true;
    try {
      await this.#asSink(() => lane.stage(this.#prepare(batch, rows)));
    } catch (error) {
      lane.isBusy = false;
      throw error;
    }
    return this.#staged(lane);
  }

  #prepare(batch: Batch, rows: Int32Array | undefined): LaneRows {
    const { columns, length } = batch;
    if (this.#origin !== undefined) {
      return { columns: [...this.#origin.of(batch), ...columns], length, upserts: rows, deletes: undefined };
    }
    const latest = lastByKey(batch, this.#keyColumns, rows) ?? rows;
    return { columns, length, ...splitTombstones(batch, latest) };
  }

  #staged(lane: Lane): StagedBatch {
    const end = async (work: () => Promise<void>) => {
      try {
        await this.#asSink(work);
      } finally {
        // A sink that was closed meanwhile has no tables to empty any more.
        if (this.#isOpen) await lane.clear();
        lane.isBusy = false;
      }
    };
    return {
      commit: (ranges) => end(() => this.#commitInOrder(lane, ranges)),
      verify: () => end(() => this.#options.database.exclusive(() => lane.verify())),
      discard: () => end(async () => {}),
    };
  }

  #commitInOrder(lane: Lane, ranges: readonly PartitionRange[]): Promise<void> {
    const commit = this.#lastCommit.then(() => this.#commit(lane, ranges));
    this.#lastCommit = commit.catch(() => {});
    return commit;
  }

  async #commit(lane: Lane, ranges: readonly PartitionRange[]): Promise<void> {
    const { database, identity } = this.#options;
    const move = (session: Session): Promise<void> =>
      moveOffsets(session, this.#offsets, identity, this.#claims, ranges);
    try {
      this.#checkOrder(ranges);
      await database.exclusive(() => lane.commit(move));
    } catch (error) {
      this.#gaps.add(ranges);
      if (error instanceof WorkbenchError && error.code === 'PIPELINE_FENCED') this.#fenced = error;
      throw error;
    }
    this.#gaps.fill(ranges);
    for (const { partition, next } of ranges) {
      this.#claims.set(partition, { epoch: this.#claims.get(partition)!.epoch, next });
    }
  }

  #checkOrder(ranges: readonly PartitionRange[]): void {
    if (this.#fenced !== undefined) throw this.#fenced;
    if (!this.#gaps.blocks(ranges)) return;
    throw new WorkbenchError('CANCELLED', 'A batch before this one was not committed.', {
      object: this.#options.request.table,
      retryable: true,
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
    const { database, session, lanes } = this.#options;
    await this.#lastCommit;
    await database.exclusive(async () => {});
    for (const lane of lanes) lane.close();
    session.close();
    database.close();
  }
}

/** Rows to write and rows whose key is to be deleted. */
function splitTombstones(batch: Batch, rows: Int32Array | undefined): Pick<LaneRows, 'upserts' | 'deletes'> {
  if (batch.tombstones === 0) return { upserts: rows, deletes: undefined };
  const all = rows ?? Int32Array.from({ length: batch.length }, (_, row) => row);
  return {
    upserts: all.filter((row) => batch.tombstone[row] === 0),
    deletes: all.filter((row) => batch.tombstone[row] === 1),
  };
}
