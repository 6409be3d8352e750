/** The offsets rows in Postgres (`table/offsets.ts`): where they lie, and how they move together with the rows. */
import type { PartitionRange } from '#core/columns/batch.ts';
import type { SinkIdentity } from '#core/pipeline/component.ts';
import { quoteName, quoteText } from '#core/postgres/identifier.ts';
import type { Row, Session } from '#core/postgres/session.ts';
import {
  createOffsetsSql,
  fencedMark,
  moveSql,
  type OffsetsRows,
  offsetsTableName,
  type PositionRow,
  type RunSql,
} from '../table/offsets.ts';
import type { Claims } from '../table/ownership.ts';

export function offsetsRows(schema: string, identity: SinkIdentity): OffsetsRows {
  return { table: `${quoteName(schema)}.${offsetsTableName}`, identity, quoteText };
}

export function runnerOf(session: Session): RunSql {
  return (sql) => session.query<PositionRow>(sql, offsetsTableName);
}

export async function hasOffsets(session: Session, { table }: OffsetsRows): Promise<boolean> {
  const [found] = await session.query<Row & { found: boolean }>(
    'SELECT to_regclass($1) IS NOT NULL AS found',
    offsetsTableName,
    [table],
  );
  return found?.found === true;
}

/** Looked for first: a user who may not create tables can be given one. */
export async function openOffsets(session: Session, rows: OffsetsRows): Promise<void> {
  if (await hasOffsets(session, rows)) return;
  await session.query(createOffsetsSql(rows.table), offsetsTableName);
}

/**
 * The compare-and-set. It fails inside the server when a row is not ours any more, so that it can be sent together with
 * the COMMIT: a process that is stopped in between then holds no lock that its successor waits for.
 * Undefined when there is nothing to move.
 */
export function moveOffsetsSql(
  rows: OffsetsRows,
  claims: Claims,
  ranges: readonly PartitionRange[],
): string | undefined {
  if (ranges.length === 0) return undefined;
  const { update } = moveSql(rows, claims, ranges);
  return `WITH moved AS (${update} RETURNING 1)
    SELECT CASE WHEN count(*) = ${ranges.length} THEN 0 ELSE ('${fencedMark} ' || count(*))::integer END FROM moved`;
}
