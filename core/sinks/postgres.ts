/**
 * Postgres: exactly once, because rows and offsets are one transaction.
 *
 * A batch is deduplicated by key, sent by binary COPY to a temporary table and upserted from there in one statement.
 * In the mode `insert` the key is where the record came from, so nothing is dropped and a tombstone is a row as well.
 */
import { z } from 'zod';
import type { Batch, PartitionRange } from '#core/columns/batch.ts';
import { lastByKey } from '#core/columns/last-by-key.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { Sink, SinkComponent, SinkContext, StagedBatch, UpkeepContext } from '#core/pipeline/component.ts';
import { openSession, type Session } from '#core/postgres/session.ts';
import { Gaps } from './postgres/gaps.ts';
import { Lane, type LaneRows } from './postgres/lane.ts';
import {
  asFenced,
  type Claim,
  claimPartitions,
  moveOffsetsSql,
  type OffsetsOwner,
  offsetsTable,
  openOffsets,
} from './postgres/offsets.ts';
import { OriginColumns, originFields } from './postgres/origin.ts';
import { createStatements } from './postgres/statements.ts';
import { creationLock, openTable, type TableRequest, type TargetTable } from './postgres/table.ts';
import { lookAtTable, resetTable } from './postgres/upkeep.ts';

const specSchema = z.strictObject({
  type: z.literal('postgres'),
  connection: z.string().optional().describe('The connection to write to; the pipeline’s own when left out.'),
  table: z
    .string()
    .regex(/^[^.\0]{1,63}(\.[^.\0]{1,63})?$/, 'a table, or schema.table')
    .describe('The table to write to; made when it does not exist.'),
  key: z.array(z.string()).default([]).describe('The columns that tell one row from another.'),
  mode: z
    .enum(['upsert', 'insert'])
    .default('upsert')
    .describe('upsert: the last record of a key wins, a tombstone deletes. insert: every record is a row.'),
});
export type PostgresSpec = z.infer<typeof specSchema>;

export const postgresSink: SinkComponent<PostgresSpec> = {
  type: 'postgres',
  title: 'Postgres',
  guarantee: 'exactly-once',
  spec: specSchema,
  describe: (spec) => `postgres · ${spec.table}`,
  open: openPostgres,
  upkeep: {
    look: (spec, context) => withSession(context, (session) => lookAtTable(session, spec.table, context)),
    reset: (spec, context, request) =>
      withSession(context, (session) => resetTable(session, spec.table, context, request)),
  },
};

async function withSession<T>(context: UpkeepContext, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await connector(context)();
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

async function openPostgres(spec: PostgresSpec, context: SinkContext): Promise<Sink> {
  checkSpec(spec, context);
  const request: TableRequest =
    spec.mode === 'insert'
      ? {
          table: spec.table,
          fields: [...originFields, ...context.fields],
          key: originFields.map((field) => field.name),
        }
      : { table: spec.table, fields: context.fields, key: spec.key };
  const connect = connector(context);
  const session = await connect();
  try {
    await session.query(`BEGIN; ${creationLock()}`, spec.table);
    const target = await openTable(session, request);
    await openOffsets(session, target.schema);
    await session.query('COMMIT', spec.table);
    const sink = new PostgresSink({ mode: spec.mode, request, context, target, connect });
    await sink.open();
    return sink;
  } finally {
    await session.close();
  }
}

function checkSpec(spec: PostgresSpec, { connection }: SinkContext): void {
  const object = spec.table;
  if (spec.connection !== undefined && spec.connection !== connection.name) {
    throw new WorkbenchError('UNSUPPORTED', 'A sink with a connection of its own is not there yet.', {
      object,
      nextStep: `Leave out the sink’s connection; the pipeline’s is ${connection.name}.`,
    });
  }
  if (spec.mode === 'upsert' && spec.key.length === 0) {
    throw new WorkbenchError('PREFLIGHT_FAILED', 'The sink has no key.', {
      object,
      nextStep: 'Name the key columns in the definition (key: [id]), or choose the mode insert.',
    });
  }
  if (spec.mode === 'insert' && spec.key.length > 0) {
    throw new WorkbenchError('PREFLIGHT_FAILED', 'The mode insert has a key of its own: topic, partition and offset.', {
      object,
      nextStep: 'Leave out the key, or choose the mode upsert.',
    });
  }
}

function connector(context: UpkeepContext): () => Promise<Session> {
  const { postgres, name } = context.connection;
  if (postgres === undefined) {
    throw new WorkbenchError('PREFLIGHT_FAILED', `The connection ${name} has no Postgres.`, {
      object: name,
      nextStep: 'Add its address to the connection.',
    });
  }
  return () => openSession({ url: postgres.url, application: `mercury/${context.pipeline}`, tempBuffersMb: 32 });
}

const laneCount = 2;

interface PostgresSinkOptions {
  readonly mode: PostgresSpec['mode'];
  readonly request: TableRequest;
  readonly context: SinkContext;
  readonly target: TargetTable;
  connect(): Promise<Session>;
}

class PostgresSink implements Sink {
  readonly lanes = laneCount;
  readonly #table: string;
  readonly #keyColumns: readonly number[];
  /** Only in the mode `insert`. */
  readonly #origin: OriginColumns | undefined;
  readonly #owner: OffsetsOwner;
  readonly #offsets: string;
  readonly #connect: () => Promise<Session>;
  readonly #lanes: readonly Lane[];
  #claims = new Map<number, Claim>();
  /** Commits happen one after the other, whatever the caller does. */
  #lastCommit: Promise<void> = Promise.resolve();
  readonly #gaps = new Gaps();
  /** Set when another owner was met: nothing more is written until the next claim. */
  #fenced: WorkbenchError | undefined;

  constructor({ mode, request, context, target, connect }: PostgresSinkOptions) {
    const { table, fields, key } = request;
    this.#table = table;
    this.#keyColumns = key.map((name) => fields.findIndex((field) => field.name === name));
    this.#origin = mode === 'insert' ? new OriginColumns(context.topicId) : undefined;
    this.#owner = context;
    this.#offsets = offsetsTable(target.schema);
    this.#connect = connect;
    const statements = createStatements(target.sql, fields, key);
    const options = { statements, fields, keyColumns: this.#keyColumns, table, connect, log: context.log };
    this.#lanes = Array.from({ length: laneCount }, () => new Lane(options));
  }

  async open(): Promise<void> {
    try {
      await Promise.all(this.#lanes.map((lane) => lane.open()));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async claim(partitions: readonly number[]): Promise<ReadonlyMap<number, bigint>> {
    // A session of its own: the lanes may have transactions open.
    const session = await this.#connect();
    try {
      this.#claims = await claimPartitions(session, this.#offsets, this.#owner, partitions);
      this.#gaps.clear();
      this.#fenced = undefined;
    } finally {
      await session.close();
    }
    const offsets = new Map<number, bigint>();
    for (const [partition, { next }] of this.#claims) if (next !== null) offsets.set(partition, next);
    return offsets;
  }

  async stage(batch: Batch, rows?: Int32Array): Promise<StagedBatch> {
    const lane = this.#lanes.find((each) => !each.isBusy);
    if (lane === undefined) throw new WorkbenchError('INTERNAL', `More than ${laneCount} batches are staged.`);
    lane.isBusy = true;
    try {
      await lane.stage(this.#prepare(batch, rows));
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
        await work();
      } finally {
        lane.isBusy = false;
      }
    };
    return {
      commit: (ranges) => end(() => this.#commitInOrder(lane, ranges)),
      verify: () => end(() => lane.verify()),
      discard: () => end(() => lane.rollback()),
    };
  }

  #commitInOrder(lane: Lane, ranges: readonly PartitionRange[]): Promise<void> {
    const commit = this.#lastCommit.then(() => this.#commit(lane, ranges));
    this.#lastCommit = commit.catch(() => {});
    return commit;
  }

  async #commit(lane: Lane, ranges: readonly PartitionRange[]): Promise<void> {
    try {
      this.#checkOrder(ranges);
      await lane.commit(moveOffsetsSql(this.#offsets, this.#owner, this.#claims, ranges));
    } catch (error) {
      this.#gaps.add(ranges);
      await lane.rollback();
      throw this.#asFenced(error);
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
      object: this.#table,
      retryable: true,
    });
  }

  #asFenced(error: unknown): unknown {
    const known = error instanceof WorkbenchError ? asFenced(error) : error;
    if (known instanceof WorkbenchError && known.code === 'PIPELINE_FENCED') this.#fenced = known;
    return known;
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
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
