/** Looks at a pipeline's offsets and rows in Postgres, and resets them: the table emptied and the offsets moved in one transaction. */
import { WorkbenchError } from '#core/contract/errors.ts';
import type { ResetRequest, SinkLook, SinkPosition, SinkRows, UpkeepContext } from '#core/pipeline/component.ts';
import { quoteName, quoteText } from '#core/postgres/identifier.ts';
import type { Row, Session } from '#core/postgres/session.ts';
import type { OffsetsOwner } from '../table/ownership.ts';
import { offsetsTable, openOffsets } from './offsets.ts';
import { creationLock, locateTable, type Place } from './table.ts';

/** Up to it rows are counted, beyond it the planner's estimate is told: counting reads the whole table. */
const mostCounted = 5_000_000;
/** Of waiting for whoever reads or writes the table. */
const lockTimeoutMs = 10_000;

export async function lookAtTable(session: Session, table: string, context: UpkeepContext): Promise<SinkLook> {
  const place = await locateTable(session, table);
  const positions = await readPositions(session, place.schema, context);
  return { positions, rows: place.exists ? await countRows(session, place) : null };
}

async function readPositions(
  session: Session,
  schema: string,
  owner: OffsetsOwner,
): Promise<ReadonlyMap<number, SinkPosition>> {
  const table = offsetsTable(schema);
  const [found] = await session.query<Row & { found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', table, [
    table,
  ]);
  if (found?.found !== true) return new Map();
  const rows = await session.query<Row & { partition: number; next_offset: string | null; owner_epoch: string }>(
    `SELECT partition, next_offset::text, owner_epoch::text FROM ${table}
     WHERE pipeline = $1 AND sink = $2 AND cluster_id = $3 AND topic_id = $4 ORDER BY partition`,
    table,
    [owner.pipeline, owner.sink, owner.clusterId, owner.topicId],
  );
  return new Map(
    rows.map(({ partition, next_offset, owner_epoch }) => [
      partition,
      { ownerEpoch: BigInt(owner_epoch), next: next_offset === null ? null : BigInt(next_offset) },
    ]),
  );
}

async function countRows(session: Session, place: Place): Promise<SinkRows> {
  const table = sqlOf(place);
  const [estimate] = await session.query<Row & { rows: string }>(
    'SELECT reltuples::bigint::text AS rows FROM pg_class WHERE oid = to_regclass($1)',
    table,
    [table],
  );
  const rows = BigInt(estimate?.rows ?? -1);
  if (rows > mostCounted) return { count: rows, isExact: false };
  const [counted] = await session.query<Row & { rows: string }>(`SELECT count(*)::text AS rows FROM ${table}`, table);
  return { count: BigInt(counted!.rows), isExact: true };
}

/** The table's lock is taken before the offsets' rows, as a run's commit does: the two wait for each other, never both. */
export async function resetTable(
  session: Session,
  table: string,
  context: UpkeepContext,
  request: ResetRequest,
): Promise<void> {
  await session.query(`BEGIN; SET LOCAL lock_timeout = ${lockTimeoutMs}; ${creationLock()}`, table);
  try {
    const place = await locateTable(session, table);
    await openOffsets(session, place.schema);
    if (request.empties && place.exists) await session.query(`TRUNCATE ${sqlOf(place)}`, table);
    await moveAll(session, offsetsTable(place.schema), context, request);
    await session.query('COMMIT', table);
  } catch (error) {
    await session.query('ROLLBACK', table).catch(() => {});
    throw error;
  }
}

async function moveAll(session: Session, offsets: string, owner: OffsetsOwner, request: ResetRequest): Promise<void> {
  const { next, seen } = request;
  if (next.size === 0) return;
  const names = [owner.pipeline, owner.sink, owner.clusterId, owner.topicId].map(quoteText).join(', ');
  const rows = [...next].map(([partition, offset]) => {
    const before = seen.get(partition);
    return `(${partition}, ${offset ?? 'NULL'}::bigint, ${before?.ownerEpoch ?? 'NULL'}::bigint, ${before?.next ?? 'NULL'}::bigint)`;
  });
  const moved = await session.query(
    `WITH move (partition, next_offset, owner_epoch, expected) AS (VALUES ${rows.join(', ')})
     INSERT INTO ${offsets} AS o (pipeline, sink, cluster_id, topic_id, partition, next_offset, owner_epoch, updated_at)
     SELECT ${names}, m.partition, m.next_offset, 1, now() FROM move AS m ORDER BY m.partition
     ON CONFLICT (pipeline, sink, cluster_id, topic_id, partition)
     DO UPDATE SET next_offset = excluded.next_offset, leader_epoch = NULL, owner_epoch = o.owner_epoch + 1, updated_at = now()
     WHERE (o.owner_epoch, o.next_offset) IS NOT DISTINCT FROM
       ((SELECT m.owner_epoch FROM move AS m WHERE m.partition = o.partition),
        (SELECT m.expected FROM move AS m WHERE m.partition = o.partition))
     RETURNING 1`,
    offsets,
  );
  if (moved.length !== next.size) throw changedSince(owner);
}

export function changedSince({ pipeline }: Pick<OffsetsOwner, 'pipeline'>): WorkbenchError {
  return new WorkbenchError('CONFLICT', `${pipeline} has moved on since its offsets were looked at`, {
    object: pipeline,
    nextStep: 'See that no run of it writes, then look at the reset again.',
  });
}

function sqlOf({ schema, name }: Place): string {
  return `${quoteName(schema)}.${quoteName(name)}`;
}
