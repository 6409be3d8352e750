/**
 * The floor under every way into Postgres: COPY to a temporary table and `INSERT … SELECT … ON CONFLICT`, one session, one
 * batch after the other, with nothing to fetch, decode, score or encode: the bytes are in memory before the clock starts.
 */
import { Client } from 'pg';
import { CopyIn } from '#core/postgres/copy-in.ts';
import { createStatements } from '#core/sinks/postgres/statements.ts';
import type { CapturedBatches } from './captured-batches.ts';

/** Answers rows a second. `table` is quoted SQL; it exists and is empty. */
export async function writeAlone(url: string, table: string, captured: CapturedBatches): Promise<number> {
  const statements = createStatements(table, captured.fields, ['flight_id']);
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("SET temp_buffers = '32MB'");
    await client.query(statements.createStaging);
    const startedAt = performance.now();
    for (const batch of captured.batches) {
      await client.query('BEGIN');
      await client.query(new CopyIn(statements.copyRows, batch)).done;
      await client.query(statements.upsert);
      await client.query('COMMIT');
    }
    return captured.rows / ((performance.now() - startedAt) / 1000);
  } finally {
    await client.end();
  }
}
