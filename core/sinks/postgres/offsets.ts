/**
 * The offsets row: how far a pipeline has come, kept in the user's database beside the rows it speaks of.
 *
 * Its form is for ever (`format` 1). `owner_epoch` counts the claims: who holds an older number can't move the offset.
 */
import type { PartitionRange } from '#core/columns/batch.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import { quoteName, quoteText } from '#core/postgres/identifier.ts';
import type { Row, Session } from '#core/postgres/session.ts';

const name = 'mercury_offsets';

/** What tells the rows of one sink of one pipeline on one topic from all others. */
export interface OffsetsOwner {
  readonly pipeline: string;
  readonly sink: string;
  readonly clusterId: string;
  readonly topicId: string;
}

/** What we hold of one partition. `next`: the offset in the row; null when nothing was committed yet. */
export interface Claim {
  readonly epoch: bigint;
  readonly next: bigint | null;
}

export function offsetsTable(schema: string): string {
  return `${quoteName(schema)}.${quoteName(name)}`;
}

/** Looked for first: a user who may not create tables can be given one. */
export async function openOffsets(session: Session, schema: string): Promise<void> {
  const table = offsetsTable(schema);
  const [found] = await session.query<Row & { found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', name, [
    table,
  ]);
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
    name,
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
    name,
    [owner.pipeline, owner.sink, owner.clusterId, owner.topicId, [...new Set(partitions)]],
  );
  return new Map(
    rows.map((row) => [
      row.partition,
      { epoch: BigInt(row.owner_epoch), next: row.next_offset === null ? null : BigInt(row.next_offset) },
    ]),
  );
}

/** Stands in the error by which the server ends the transaction of an owner that was replaced. */
const fencedMark = 'mercury-fenced';

/**
 * The compare-and-set. It fails inside the server when a row is not ours any more, so that it can be sent together with
 * the COMMIT: a process that is stopped in between then holds no lock that its successor waits for.
 * Undefined when there is nothing to move.
 */
export function moveOffsetsSql(
  table: string,
  owner: OffsetsOwner,
  claims: ReadonlyMap<number, Claim>,
  ranges: readonly PartitionRange[],
): string | undefined {
  if (ranges.length === 0) return undefined;
  const moves = ranges.map((range) => {
    const claim = claims.get(range.partition);
    if (claim === undefined) throw fenced(`Partition ${range.partition} was not claimed.`);
    return `(${range.partition}, ${range.next}::bigint, ${range.leaderEpoch}, ${claim.epoch}::bigint, ${claim.next ?? 'NULL'}::bigint)`;
  });
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

/** Tells the failed compare-and-set from all other errors; the mark is the only text of ours that a server gives back. */
export function asFenced(error: WorkbenchError): WorkbenchError {
  return error.message.includes(fencedMark)
    ? fenced('Another run has taken its partitions over, or moved its offsets.')
    : error;
}

function fenced(message: string): WorkbenchError {
  return new WorkbenchError('PIPELINE_FENCED', message, {
    nextStep: 'Let the other run go on, or stop it before this one is started again.',
  });
}
