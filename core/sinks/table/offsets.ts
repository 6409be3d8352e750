/**
 * The offsets rows in SQL that Postgres and DuckDB both read, since the table is the same wherever it lies and stays so for
 * ever (`format` 1). How a failed compare-and-set ends the transaction of the rows is each one's own (`postgres/offsets.ts`,
 * `duckdb/offsets.ts`).
 */
import type { PartitionRange } from '#core/columns/batch.ts';
import type { SinkIdentity, SinkPosition, SinkReset } from '#core/pipeline/component.ts';
import { type Claims, changedSince, fenced, movesOf } from './ownership.ts';

export const offsetsTableName = 'mercury_offsets';

/** The rows of one sink of one pipeline on one topic. */
export interface OffsetsRows {
  /** Quoted and with its schema. */
  readonly table: string;
  readonly identity: SinkIdentity;
  /** A text as this database's literal. */
  readonly quoteText: (text: string) => string;
}

/** A row as this file's statements answer it. */
export type PositionRow = {
  readonly partition: number;
  readonly next_offset: string | null;
  readonly owner_epoch: string;
};
export type RunSql = (sql: string) => Promise<readonly PositionRow[]>;

const key = 'pipeline, sink, cluster_id, topic_id, partition';
const position = 'partition, next_offset::text AS next_offset, owner_epoch::text AS owner_epoch';

export function createOffsetsSql(table: string): string {
  return `CREATE TABLE IF NOT EXISTS ${table} (
    pipeline text NOT NULL,
    sink text NOT NULL,
    cluster_id text NOT NULL,
    topic_id text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint,
    leader_epoch integer,
    owner_epoch bigint NOT NULL,
    format integer NOT NULL DEFAULT 1,
    updated_at timestamp with time zone NOT NULL,
    PRIMARY KEY (${key})
  )`;
}

export async function readPositions(run: RunSql, rows: OffsetsRows): Promise<Map<number, SinkPosition>> {
  return positionsOf(await run(`SELECT ${position} FROM ${rows.table} AS o WHERE ${isOwned(rows)} ORDER BY partition`));
}

/** One statement, so that either all partitions change hands or none. Waits for a commit that is under way. */
export async function claimPartitions(
  run: RunSql,
  rows: OffsetsRows,
  partitions: readonly number[],
): Promise<Map<number, SinkPosition>> {
  const claimed = await run(
    `INSERT INTO ${rows.table} AS o (${key}, owner_epoch, updated_at)
     SELECT ${namesOf(rows)}, p, 1, now() FROM unnest(ARRAY[${[...new Set(partitions)]}]::integer[]) AS claimed (p) ORDER BY p
     ON CONFLICT (${key}) DO UPDATE SET owner_epoch = o.owner_epoch + 1, updated_at = now()
     RETURNING ${position}`,
  );
  return positionsOf(claimed);
}

/** For a transaction. Throws `CONFLICT` where a position is not as it was seen: that transaction is to be rolled back. */
export async function resetOffsets(run: RunSql, rows: OffsetsRows, { next, seen }: SinkReset): Promise<void> {
  if (next.size === 0) return;
  const moves = [...next].map(([partition, offset]) => `(${partition}, ${offset ?? 'NULL'}::bigint)`);
  const isAsSeen = [...seen].map(
    ([partition, { ownerEpoch, next: before }]) =>
      `(o.partition = ${partition} AND o.owner_epoch = ${ownerEpoch} AND o.next_offset IS NOT DISTINCT FROM ${before ?? 'NULL'}::bigint)`,
  );
  const moved = await run(
    `INSERT INTO ${rows.table} AS o (${key}, next_offset, owner_epoch, updated_at)
     SELECT ${namesOf(rows)}, m.partition, m.next_offset, 1, now()
     FROM (VALUES ${moves.join(', ')}) AS m (partition, next_offset) ORDER BY m.partition
     ON CONFLICT (${key}) DO UPDATE
     SET next_offset = excluded.next_offset, leader_epoch = NULL, owner_epoch = o.owner_epoch + 1, updated_at = now()
     WHERE ${isAsSeen.join(' OR ') || 'false'}
     RETURNING ${position}`,
  );
  if (moved.length !== next.size) throw changedSince(rows.identity);
}

/** Pieces of a commit's compare-and-set: `update` moves the rows that are `held`, a `FROM … WHERE …` of just these. */
export function moveSql(
  rows: OffsetsRows,
  claims: Claims,
  ranges: readonly PartitionRange[],
): { readonly held: string; readonly update: string } {
  const moves = movesOf(claims, ranges).map(
    ({ range, claim }) =>
      `(${range.partition}, ${range.next}::bigint, ${range.leaderEpoch}, ${claim.ownerEpoch}::bigint, ${claim.next ?? 'NULL'}::bigint)`,
  );
  const wanted = `(VALUES ${moves.join(', ')}) AS m (partition, next_offset, leader_epoch, owner_epoch, expected)
    WHERE ${isOwned(rows)} AND o.partition = m.partition AND o.owner_epoch = m.owner_epoch
      AND o.next_offset IS NOT DISTINCT FROM m.expected`;
  return {
    held: `FROM ${rows.table} AS o, ${wanted}`,
    update: `UPDATE ${rows.table} AS o SET next_offset = m.next_offset, leader_epoch = m.leader_epoch, updated_at = now()
    FROM ${wanted}`,
  };
}

/** Stands in the error by which the database ends the transaction of an owner that was replaced. */
export const fencedMark = 'mercury-fenced';

/** Tells the failed compare-and-set from all other errors; the mark is the only text of ours that a database gives back. */
export function asFenced(error: unknown): unknown {
  return error instanceof Error && error.message.includes(fencedMark) ? fenced() : error;
}

function namesOf({ identity, quoteText }: OffsetsRows): string {
  const { pipeline, sink, clusterId, topicId } = identity;
  return [pipeline, sink, clusterId, topicId].map(quoteText).join(', ');
}

function isOwned({ identity, quoteText }: OffsetsRows): string {
  return `o.pipeline = ${quoteText(identity.pipeline)} AND o.sink = ${quoteText(identity.sink)}
    AND o.cluster_id = ${quoteText(identity.clusterId)} AND o.topic_id = ${quoteText(identity.topicId)}`;
}

function positionsOf(rows: readonly PositionRow[]): Map<number, SinkPosition> {
  return new Map(
    rows.map(({ partition, next_offset, owner_epoch }) => [
      partition,
      { ownerEpoch: BigInt(owner_epoch), next: next_offset === null ? null : BigInt(next_offset) },
    ]),
  );
}
