/**
 * The offsets row in Postgres (`table/ownership.ts` says what it means), kept in the user's database beside the rows it speaks of.
 */
import type { PartitionRange } from '#core/columns/batch.ts';
import { quoteName, quoteText } from '#core/postgres/identifier.ts';
import type { Row, Session } from '#core/postgres/session.ts';
import {
  type Claim,
  type Claims,
  fencedMark,
  movesOf,
  type OffsetsOwner,
  offsetsTableName,
} from '../table/ownership.ts';

export function offsetsTable(schema: string): string {
  return `${quoteName(schema)}.${quoteName(offsetsTableName)}`;
}

/** Looked for first: a user who may not create tables can be given one. */
export async function openOffsets(session: Session, schema: string): Promise<void> {
  const table = offsetsTable(schema);
  const [found] = await session.query<Row & { found: boolean }>(
    'SELECT to_regclass($1) IS NOT NULL AS found',
    offsetsTableName,
    [table],
  );
  if (found?.found === true) return;
  await session.query(
    `CREATE TABLE IF NOT EXISTS ${table} (
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
       PRIMARY KEY (pipeline, sink, cluster_id, topic_id, partition)
     )`,
    offsetsTableName,
  );
}

/** One statement, so that either all partitions change hands or none. Waits for a commit that is under way. */
export async function claimPartitions(
  session: Session,
  table: string,
  owner: OffsetsOwner,
  partitions: readonly number[],
): Promise<Map<number, Claim>> {
  const rows = await session.query<Row & { partition: number; next_offset: string | null; owner_epoch: string }>(
    `INSERT INTO ${table} AS o (pipeline, sink, cluster_id, topic_id, partition, owner_epoch, updated_at)
     SELECT $1, $2, $3, $4, p, 1, now() FROM unnest($5::integer[]) AS p ORDER BY p
     ON CONFLICT (pipeline, sink, cluster_id, topic_id, partition)
     DO UPDATE SET owner_epoch = o.owner_epoch + 1, updated_at = now()
     RETURNING partition, next_offset::text, owner_epoch::text`,
    offsetsTableName,
    [owner.pipeline, owner.sink, owner.clusterId, owner.topicId, [...new Set(partitions)]],
  );
  return new Map(
    rows.map((row) => [
      row.partition,
      { epoch: BigInt(row.owner_epoch), next: row.next_offset === null ? null : BigInt(row.next_offset) },
    ]),
  );
}

/**
 * The compare-and-set. It fails inside the server when a row is not ours any more, so that it can be sent together with
 * the COMMIT: a process that is stopped in between then holds no lock that its successor waits for.
 * Undefined when there is nothing to move.
 */
export function moveOffsetsSql(
  table: string,
  owner: OffsetsOwner,
  claims: Claims,
  ranges: readonly PartitionRange[],
): string | undefined {
  if (ranges.length === 0) return undefined;
  const moves = movesOf(claims, ranges).map(
    ({ range, claim }) =>
      `(${range.partition}, ${range.next}::bigint, ${range.leaderEpoch}, ${claim.epoch}::bigint, ${claim.next ?? 'NULL'}::bigint)`,
  );
  return `WITH move (partition, next_offset, leader_epoch, owner_epoch, expected) AS (VALUES ${moves.join(', ')}),
    moved AS (
      UPDATE ${table} AS o SET next_offset = m.next_offset, leader_epoch = m.leader_epoch, updated_at = now()
      FROM move AS m
      WHERE o.pipeline = ${quoteText(owner.pipeline)} AND o.sink = ${quoteText(owner.sink)}
        AND o.cluster_id = ${quoteText(owner.clusterId)} AND o.topic_id = ${quoteText(owner.topicId)}
        AND o.partition = m.partition AND o.owner_epoch = m.owner_epoch AND o.next_offset IS NOT DISTINCT FROM m.expected
      RETURNING 1
    )
    SELECT CASE WHEN count(*) = ${ranges.length} THEN 0 ELSE ('${fencedMark} ' || count(*))::integer END FROM moved`;
}
