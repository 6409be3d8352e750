/**
 * Postgres: exactly once, because rows and offsets are one transaction.
 *
 * A batch is deduplicated by key, sent by binary COPY to a temporary table and upserted from there in one statement.
 * In the mode `insert` the key is where the record came from, so nothing is dropped and a tombstone is a row as well.
 */
import { z } from 'zod';
import type { Batch, PartitionRange } from '#core/columns/batch.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { Sink, SinkComponent, SinkContext, StagedBatch, UpkeepContext } from '#core/pipeline/component.ts';
import { openSession, type Session } from '#core/postgres/session.ts';
import { Lane } from './postgres/lane.ts';
import { moveOffsetsSql, offsetsRows, openOffsets, runnerOf } from './postgres/offsets.ts';
import { createStatements } from './postgres/statements.ts';
import { creationLock, openTable, type Place } from './postgres/table.ts';
import { lookAtTable, resetTable } from './postgres/upkeep.ts';
import { Lanes } from './table/lanes.ts';
import { asFenced, claimPartitions, type OffsetsRows } from './table/offsets.ts';
import { type Claims, Ownership } from './table/ownership.ts';
import { BatchRows, keyColumnsOf, requestOf, type TableRequest } from './table/rows.ts';
import { checkKey, keyField, modeField } from './table/spec.ts';

const specSchema = z.strictObject({
  type: z.literal('postgres'),
  connection: z.string().optional().describe('The connection to write to; the pipeline’s own when left out.'),
  table: z
    .string()
    .regex(/^[^.\0]{1,63}(\.[^.\0]{1,63})?$/, 'a table, or schema.table')
    .describe('The table to write to; made when it does not exist.'),
  key: keyField,
  mode: modeField,
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
  const request = requestOf(spec, context.fields);
  const connect = connector(context);
  const session = await connect();
  try {
    await session.query(`BEGIN; ${creationLock()}`, spec.table);
    const target = await openTable(session, request);
    await openOffsets(session, offsetsRows(target.schema, context));
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
  checkKey(spec);
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
  readonly target: Place;
  connect(): Promise<Session>;
}

class PostgresSink implements Sink {
  readonly lanes = laneCount;
  readonly #rows: BatchRows;
  readonly #offsets: OffsetsRows;
  readonly #connect: () => Promise<Session>;
  readonly #lanes: Lanes<Lane>;
  readonly #ownership: Ownership;

  constructor({ mode, request, context, target, connect }: PostgresSinkOptions) {
    const { table, fields, key } = request;
    this.#rows = new BatchRows(request, mode, context.topicId);
    this.#offsets = offsetsRows(target.schema, context);
    this.#connect = connect;
    this.#ownership = new Ownership(table);
    const statements = createStatements(target.sql, fields, key);
    const options = { statements, fields, keyColumns: keyColumnsOf(request), table, connect, log: context.log };
    this.#lanes = new Lanes(Array.from({ length: laneCount }, () => new Lane(options)));
  }

  async open(): Promise<void> {
    try {
      await Promise.all(this.#lanes.all.map((lane) => lane.open()));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async claim(partitions: readonly number[]): Promise<ReadonlyMap<number, bigint>> {
    // A session of its own: the lanes may have transactions open.
    const session = await this.#connect();
    try {
      return this.#ownership.claimed(await claimPartitions(runnerOf(session), this.#offsets, partitions));
    } finally {
      await session.close();
    }
  }

  stage(batch: Batch, rows?: Int32Array): Promise<StagedBatch> {
    return this.#lanes.stage(
      (lane) => lane.stage(this.#rows.of(batch, rows)),
      (lane) => ({
        commit: (ranges) => this.#commit(lane, ranges),
        verify: () => lane.verify(),
        discard: () => lane.rollback(),
      }),
    );
  }

  async #commit(lane: Lane, ranges: readonly PartitionRange[]): Promise<void> {
    try {
      await this.#ownership.commit(ranges, (claims) => this.#write(lane, claims, ranges));
    } catch (error) {
      await lane.rollback();
      throw error;
    }
  }

  async #write(lane: Lane, claims: Claims, ranges: readonly PartitionRange[]): Promise<void> {
    try {
      await lane.commit(moveOffsetsSql(this.#offsets, claims, ranges));
    } catch (error) {
      throw asFenced(error);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.all.map((lane) => lane.close()));
  }
}
