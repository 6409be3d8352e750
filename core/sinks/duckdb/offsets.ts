/** The offsets rows in DuckDB (`table/offsets.ts`): where they lie, and how they move together with the rows. */
import type { PartitionRange } from '#core/columns/batch.ts';
import { quoteName, quoteText } from '#core/duckdb/identifier.ts';
import type { Session } from '#core/duckdb/session.ts';
import type { SinkIdentity } from '#core/pipeline/component.ts';
import {
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
  return (sql) => session.rows<PositionRow>(sql);
}

/**
 * The compare-and-set, for the transaction of the rows. It fails inside the database when a row is not ours any more, so that
 * it can be sent together with the COMMIT. Empty when there is nothing to move.
 */
export function moveOffsetsSql(
  rows: OffsetsRows,
  claims: Claims,
  ranges: readonly PartitionRange[],
): readonly string[] {
  if (ranges.length === 0) return [];
  const { held, update } = moveSql(rows, claims, ranges);
  const check = `SELECT CASE WHEN count(*) = ${ranges.length} THEN NULL ELSE error('${fencedMark} ' || count(*)) END ${held}`;
  return [check, update];
}
