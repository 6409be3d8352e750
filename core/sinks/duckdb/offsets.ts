/**
 * The offsets row in DuckDB, with the same columns and the same meaning as in Postgres (`table/ownership.ts`).
 */
import type { PartitionRange } from '#core/columns/batch.ts';
import { quoteText } from '#core/duckdb/identifier.ts';
import type { Session } from '#core/duckdb/session.ts';
import {
  type Claim,
  type Claims,
  fencedMark,
  movesOf,
  type OffsetsOwner,
  offsetsTableName,
} from '../table/ownership.ts';

/** `schema` is quoted. */
export function offsetsTable(schema: string): string {
  return `${schema}.${offsetsTableName}`;
}

export function createOffsetsSql(table: string): string {
  return `CREATE TABLE IF NOT EXISTS ${table} (
    pipeline VARCHAR NOT NULL,
    sink VARCHAR NOT NULL,
    cluster_id VARCHAR NOT NULL,
    topic_id VARCHAR NOT NULL,
    partition INTEGER NOT NULL,
    next_offset BIGINT,
    leader_epoch INTEGER,
    owner_epoch BIGINT NOT NULL,
    format INTEGER NOT NULL DEFAULT 1,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (pipeline, sink, cluster_id, topic_id, partition)
  )`;
}

/** One statement, so that either all partitions change hands or none. */
export async function claimPartitions(
  session: Session,
  table: string,
  owner: OffsetsOwner,
  partitions: readonly number[],
): Promise<Map<number, Claim>> {
  const names = [owner.pipeline, owner.sink, owner.clusterId, owner.topicId].map(quoteText).join(', ');
  const rows = await session.rows<{ partition: number; next_offset: bigint | null; owner_epoch: bigint }>(
    `INSERT INTO ${table} (pipeline, sink, cluster_id, topic_id, partition, owner_epoch, updated_at)
     SELECT ${names}, p, 1, now() FROM unnest([${[...new Set(partitions)].join(', ')}]::INTEGER[]) AS claimed (p)
     ON CONFLICT (pipeline, sink, cluster_id, topic_id, partition)
     DO UPDATE SET owner_epoch = owner_epoch + 1, updated_at = now()
     RETURNING partition, next_offset, owner_epoch`,
  );
  return new Map(rows.map((row) => [row.partition, { epoch: row.owner_epoch, next: row.next_offset }]));
}

/**
 * The compare-and-set, for the transaction of the rows. It fails inside the database when a row is not ours any more, so that
 * it can be sent together with the COMMIT. Empty when there is nothing to move.
 */
export function moveOffsetsSql(
  table: string,
  owner: OffsetsOwner,
  claims: Claims,
  ranges: readonly PartitionRange[],
): readonly string[] {
  if (ranges.length === 0) return [];
  const moves = movesOf(claims, ranges).map(
    ({ range, claim }) =>
      `(${range.partition}, ${range.next}::BIGINT, ${range.leaderEpoch}, ${claim.epoch}::BIGINT, ${claim.next ?? 'NULL'}::BIGINT)`,
  );
  const move = `(VALUES ${moves.join(', ')}) AS m (partition, next_offset, leader_epoch, owner_epoch, expected)`;
  const isOurs = `o.pipeline = ${quoteText(owner.pipeline)} AND o.sink = ${quoteText(owner.sink)}
    AND o.cluster_id = ${quoteText(owner.clusterId)} AND o.topic_id = ${quoteText(owner.topicId)}
    AND o.partition = m.partition AND o.owner_epoch = m.owner_epoch AND o.next_offset IS NOT DISTINCT FROM m.expected`;
  return [
    `SELECT CASE WHEN count(*) = ${ranges.length} THEN NULL ELSE error('${fencedMark} ' || count(*)) END
     FROM ${table} AS o, ${move} WHERE ${isOurs}`,
    `UPDATE ${table} AS o SET next_offset = m.next_offset, leader_epoch = m.leader_epoch, updated_at = now()
     FROM ${move} WHERE ${isOurs}`,
  ];
}
