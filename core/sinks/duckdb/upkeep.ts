/** Looks at a pipeline's offsets and rows in DuckDB, and resets them: the table emptied and the offsets moved in one transaction. */
import type { Session } from '#core/duckdb/session.ts';
import type { SinkIdentity, SinkLook, SinkReset, SinkRows } from '#core/pipeline/component.ts';
import { createOffsetsSql, offsetsTableName, readPositions, resetOffsets } from '../table/offsets.ts';
import { offsetsRows, runnerOf } from './offsets.ts';
import { isTable, type Place, placeOf } from './target.ts';

export async function lookAtTable(session: Session, table: string, identity: SinkIdentity): Promise<SinkLook> {
  const place = placeOf(table);
  const hasOffsets = await isTable(session, { schema: place.schema, name: offsetsTableName });
  return {
    positions: hasOffsets ? await readPositions(runnerOf(session), offsetsRows(place.schema, identity)) : new Map(),
    rows: (await isTable(session, place)) ? await countRows(session, place) : null,
  };
}

/** Without a condition DuckDB answers from what it knows of the table. */
async function countRows(session: Session, { sql }: Place): Promise<SinkRows> {
  const [counted] = await session.rows<{ rows: bigint }>(`SELECT count(*) AS rows FROM ${sql}`);
  return { count: counted!.rows, isExact: true };
}

export function resetTable(session: Session, table: string, identity: SinkIdentity, request: SinkReset): Promise<void> {
  const place = placeOf(table);
  const rows = offsetsRows(place.schema, identity);
  return session.transaction(async () => {
    await session.run(createOffsetsSql(rows.table));
    if (request.empties && (await isTable(session, place))) await session.run(`DELETE FROM ${place.sql}`);
    await resetOffsets(runnerOf(session), rows, request);
  });
}
