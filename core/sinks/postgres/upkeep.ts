/** Looks at a pipeline's offsets and rows in Postgres, and resets them: the table emptied and the offsets moved in one transaction. */
import type { SinkLook, SinkReset, SinkRows, UpkeepContext } from '#core/pipeline/component.ts';
import type { Row, Session } from '#core/postgres/session.ts';
import { readPositions, resetOffsets } from '../table/offsets.ts';
import { hasOffsets, offsetsRows, openOffsets, runnerOf } from './offsets.ts';
import { creationLock, locateTable, type Place } from './table.ts';

/** Up to it rows are counted, beyond it the planner's estimate is told: counting reads the whole table. */
const mostCounted = 5_000_000;
/** Of waiting for whoever reads or writes the table. */
const lockTimeoutMs = 10_000;

export async function lookAtTable(session: Session, table: string, context: UpkeepContext): Promise<SinkLook> {
  const place = await locateTable(session, table);
  const offsets = offsetsRows(place.schema, context);
  const positions = (await hasOffsets(session, offsets)) ? await readPositions(runnerOf(session), offsets) : new Map();
  return { positions, rows: place.exists ? await countRows(session, place) : null };
}

async function countRows(session: Session, { sql: table }: Place): Promise<SinkRows> {
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
  request: SinkReset,
): Promise<void> {
  await session.query(`BEGIN; SET LOCAL lock_timeout = ${lockTimeoutMs}; ${creationLock()}`, table);
  try {
    const place = await locateTable(session, table);
    const offsets = offsetsRows(place.schema, context);
    await openOffsets(session, offsets);
    if (request.empties && place.exists) await session.query(`TRUNCATE ${place.sql}`, table);
    await resetOffsets(runnerOf(session), offsets, request);
    await session.query('COMMIT', table);
  } catch (error) {
    await session.query('ROLLBACK', table).catch(() => {});
    throw error;
  }
}
