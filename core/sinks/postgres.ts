/**
 * Postgres: exactly once, because rows and offsets are one transaction.
 *
 * A batch is deduplicated by key, sent by binary COPY to a temporary table and upserted from there in one statement.
 */
import { z } from 'zod';
import type { Batch, PartitionRange } from '#core/columns/batch.ts';
import { lastByKey } from '#core/columns/last-by-key.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { Sink, SinkComponent, SinkContext, StagedBatch } from '#core/pipeline/component.ts';
import { openSession, type Session } from '#core/postgres/session.ts';
import { Lane } from './postgres/lane.ts';
import {
  asFenced,
  type Claim,
  claimPartitions,
  moveOffsetsSql,
  type OffsetsOwner,
  offsetsTable,
  openOffsets,
} from './postgres/offsets.ts';
import { createStatements } from './postgres/statements.ts';
import { creationLock, openTable, type TargetTable } from './postgres/table.ts';

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
};

async function openPostgres(spec: PostgresSpec, context: SinkContext): Promise<Sink> {
  checkSpec(spec);
  const connect = connector(context);
  const session = await connect();
  try {
    await session.query(`BEGIN; ${creationLock()}`, spec.table);
    const target = await openTable(session, { table: spec.table, fields: context.fields, key: spec.key });
    await openOffsets(session, target.schema);
    await session.query('COMMIT', spec.table);
    const sink = new PostgresSink(spec, context, target, connect);
    await sink.open();
    return sink;
  } finally {
    await session.close();
  }
}

function checkSpec(spec: PostgresSpec): void {
  if (spec.mode === 'insert') {
    throw new WorkbenchError('UNSUPPORTED', 'The mode insert is not there yet.', {
      object: spec.table,
      nextStep: 'Use the mode upsert with a key.',
    });
  }
  if (spec.key.length === 0) {
    throw new WorkbenchError('PREFLIGHT_FAILED', 'The sink has no key.', {
      object: spec.table,
      nextStep: 'Name the key columns in the definition: key: [id].',
    });
  }
}

function connector(context: SinkContext): () => Promise<Session> {
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

class PostgresSink implements Sink {
  readonly lanes = laneCount;
  readonly #table: string;
  readonly #keyColumns: readonly number[];
  readonly #owner: OffsetsOwner;
  readonly #offsets: string;
  readonly #connect: () => Promise<Session>;
  readonly #lanes: readonly Lane[];
  #claims = new Map<number, Claim>();
  /** Commits happen one after the other, whatever the caller does. */
  #lastCommit: Promise<void> = Promise.resolve();
  /** Goes up with each failed commit: what was staged before may not be committed behind the gap. */
  #generation = 0;

  constructor(spec: PostgresSpec, context: SinkContext, target: TargetTable, connect: () => Promise<Session>) {
    const { fields } = context;
    this.#table = spec.table;
    this.#keyColumns = spec.key.map((name) => fields.findIndex((field) => field.name === name));
    this.#owner = context;
    this.#offsets = offsetsTable(target.schema);
    this.#connect = connect;
    const statements = createStatements(target.sql, fields, spec.key);
    const options = { statements, fields, keyColumns: this.#keyColumns, table: spec.table, connect };
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
      const latest = lastByKey(batch, this.#keyColumns, rows) ?? rows;
      await lane.stage({ columns: batch.columns, length: batch.length, ...splitTombstones(batch, latest) });
    } catch (error) {
      lane.isBusy = false;
      throw error;
    }
    return this.#staged(lane, this.#generation);
  }

  #staged(lane: Lane, generation: number): StagedBatch {
    const end = async (work: () => Promise<void>) => {
      try {
        await work();
      } finally {
        lane.isBusy = false;
      }
    };
    return {
      commit: (ranges) => end(() => this.#commitInOrder(lane, generation, ranges)),
      verify: () => end(() => lane.verify()),
      discard: () => end(() => lane.rollback()),
    };
  }

  #commitInOrder(lane: Lane, generation: number, ranges: readonly PartitionRange[]): Promise<void> {
    const commit = this.#lastCommit.then(() => this.#commit(lane, generation, ranges));
    this.#lastCommit = commit.catch(() => {});
    return commit;
  }

  async #commit(lane: Lane, generation: number, ranges: readonly PartitionRange[]): Promise<void> {
    if (generation !== this.#generation) {
      await lane.rollback();
      throw new WorkbenchError('CANCELLED', 'A batch before this one was not committed.', {
        object: this.#table,
        retryable: true,
      });
    }
    try {
      await lane.commit(moveOffsetsSql(this.#offsets, this.#owner, this.#claims, ranges));
    } catch (error) {
      this.#generation++;
      await lane.rollback();
      throw error instanceof WorkbenchError ? asFenced(error) : error;
    }
    for (const { partition, next } of ranges) {
      this.#claims.set(partition, { epoch: this.#claims.get(partition)!.epoch, next });
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }
}

/** Rows to write and rows whose key is to be deleted. */
function splitTombstones(
  batch: Batch,
  rows: Int32Array | undefined,
): { readonly upserts: Int32Array | undefined; readonly deletes: Int32Array | undefined } {
  if (batch.tombstones === 0) return { upserts: rows, deletes: undefined };
  const all = rows ?? Int32Array.from({ length: batch.length }, (_, row) => row);
  return {
    upserts: all.filter((row) => batch.tombstone[row] === 0),
    deletes: all.filter((row) => batch.tombstone[row] === 1),
  };
}
