/** Looks at a pipeline's offsets and rows in DuckDB, and resets them: the table emptied and the offsets moved in one transaction. */
import { quoteName, quoteText } from '#core/duckdb/identifier.ts';
import type { Session } from '#core/duckdb/session.ts';
import type { ResetRequest, SinkLook, SinkPosition, SinkRows } from '#core/pipeline/component.ts';
import { changedSince } from '../postgres/upkeep.ts';
import type { OffsetsOwner } from '../table/ownership.ts';
import { createOffsetsSql, offsetsTable } from './offsets.ts';

interface Place {
  /** Quoted. */
  readonly schema: string;
  /** Quoted and with its schema. */
  readonly sql: string;
  readonly exists: boolean;
}

export async function lookAtTable(session: Session, table: string, owner: OffsetsOwner): Promise<SinkLook> {
  const place = await locate(session, table);
  const hasOffsets = await exists(session, place.schema, 'mercury_offsets');
  return {
    positions: hasOffsets ? await readPositions(session, offsetsTable(place.schema), owner) : new Map(),
    rows: place.exists ? await countRows(session, place) : null,
  };
}

async function locate(session: Session, table: string): Promise<Place> {
  const parts = table.split('.');
  const schema = quoteName(parts.length > 1 ? parts[0]! : 'main');
  const name = parts.at(-1)!;
  return { schema, sql: `${schema}.${quoteName(name)}`, exists: await exists(session, schema, name) };
}

async function exists(session: Session, schema: string, name: string): Promise<boolean> {
  const found = await session.rows(
    `SELECT 1 FROM duckdb_tables() WHERE database_name = current_database()
     AND lower(schema_name) = lower($1) AND lower(table_name) = lower($2)`,
    [schema.slice(1, -1).replaceAll('""', '"'), name],
  );
  return found.length > 0;
}

async function readPositions(
  session: Session,
  offsets: string,
  owner: OffsetsOwner,
): Promise<ReadonlyMap<number, SinkPosition>> {
  const rows = await session.rows<{ partition: number; next_offset: bigint | null; owner_epoch: bigint }>(
    `SELECT partition, next_offset, owner_epoch FROM ${offsets} WHERE ${ownedBy(owner)} ORDER BY partition`,
  );
  return new Map(rows.map((row) => [row.partition, { ownerEpoch: row.owner_epoch, next: row.next_offset }]));
}

/** Without a condition DuckDB answers from what it knows of the table. */
async function countRows(session: Session, { sql }: Place): Promise<SinkRows> {
  const [counted] = await session.rows<{ rows: bigint }>(`SELECT count(*) AS rows FROM ${sql}`);
  return { count: counted!.rows, isExact: true };
}

export async function resetTable(
  session: Session,
  table: string,
  owner: OffsetsOwner,
  request: ResetRequest,
): Promise<void> {
  await session.run('BEGIN');
  try {
    const place = await locate(session, table);
    const offsets = offsetsTable(place.schema);
    await session.run(createOffsetsSql(offsets));
    if (request.empties && place.exists) await session.run(`DELETE FROM ${place.sql}`);
    for (const [partition, next] of request.next) await move(session, offsets, owner, { partition, next, request });
    await session.run('COMMIT');
  } catch (error) {
    await session.run('ROLLBACK').catch(() => {});
    throw error;
  }
}

interface Move {
  readonly partition: number;
  readonly next: bigint | null;
  readonly request: ResetRequest;
}

async function move(
  session: Session,
  offsets: string,
  owner: OffsetsOwner,
  { partition, next, request }: Move,
): Promise<void> {
  const before = request.seen.get(partition);
  const to = `${next ?? 'NULL'}::BIGINT`;
  if (before === undefined) {
    const names = [owner.pipeline, owner.sink, owner.clusterId, owner.topicId].map(quoteText).join(', ');
    const made = await session.rows(
      `INSERT INTO ${offsets} (pipeline, sink, cluster_id, topic_id, partition, next_offset, owner_epoch, updated_at)
       VALUES (${names}, ${partition}, ${to}, 1, now()) ON CONFLICT DO NOTHING RETURNING partition`,
    );
    if (made.length !== 1) throw changedSince(owner);
    return;
  }
  const moved = await session.rows(
    `UPDATE ${offsets} SET next_offset = ${to}, leader_epoch = NULL, owner_epoch = owner_epoch + 1, updated_at = now()
     WHERE ${ownedBy(owner)} AND partition = ${partition} AND owner_epoch = ${before.ownerEpoch}
       AND next_offset IS NOT DISTINCT FROM ${before.next ?? 'NULL'}::BIGINT
     RETURNING partition`,
  );
  if (moved.length !== 1) throw changedSince(owner);
}

function ownedBy(owner: OffsetsOwner): string {
  return (
    `pipeline = ${quoteText(owner.pipeline)} AND sink = ${quoteText(owner.sink)} ` +
    `AND cluster_id = ${quoteText(owner.clusterId)} AND topic_id = ${quoteText(owner.topicId)}`
  );
}
