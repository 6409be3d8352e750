/**
 * Triggers that write down, inside each transaction, every row it changed and every move of its offsets.
 *
 * What was rolled back leaves no trace: the log is the sum over the committed transactions.
 */
import type { Client } from 'pg';

/** One row of the target that a committed transaction changed. */
export interface RowChange {
  readonly transaction: string;
  readonly backend: number;
  readonly change: 'INSERT' | 'UPDATE' | 'DELETE';
  readonly id: number;
  /** Of the record written; of the row before for a DELETE. */
  readonly seq: number;
}

/** One row of `mercury_offsets` that a committed transaction changed: a claim when only the epoch did. */
export interface OffsetChange {
  readonly transaction: string;
  readonly backend: number;
  readonly partition: number;
  readonly from: number | null;
  readonly to: number | null;
  readonly epochBefore: number;
  readonly epoch: number;
}

/** Both tables must be there; call it before the first record is applied. */
export async function installAudit(database: Client, table: string, pipeline: string): Promise<void> {
  await database.query(`
    CREATE TABLE ${table}_rows (
      n bigserial, transaction text DEFAULT txid_current(), backend int DEFAULT pg_backend_pid(),
      change text, id bigint, seq bigint
    );
    CREATE TABLE ${table}_offsets (
      n bigserial, transaction text DEFAULT txid_current(), backend int DEFAULT pg_backend_pid(),
      partition int, "from" bigint, "to" bigint, "epochBefore" bigint, epoch bigint
    );
    CREATE FUNCTION ${table}_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO ${table}_rows (change, id, seq) VALUES (TG_OP, coalesce(NEW.id, OLD.id), coalesce(NEW.seq, OLD.seq));
      RETURN NULL;
    END $$;
    CREATE FUNCTION ${table}_offset() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO ${table}_offsets (partition, "from", "to", "epochBefore", epoch)
      VALUES (NEW.partition, OLD.next_offset, NEW.next_offset, OLD.owner_epoch, NEW.owner_epoch);
      RETURN NULL;
    END $$;
    CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON ${table}
      FOR EACH ROW EXECUTE FUNCTION ${table}_row();
    CREATE TRIGGER ${table}_audit AFTER UPDATE ON mercury_offsets
      FOR EACH ROW WHEN (NEW.pipeline = '${pipeline}') EXECUTE FUNCTION ${table}_offset();
  `);
}

/** In the order in which the rows were changed. */
export async function readRowChanges(database: Client, table: string): Promise<RowChange[]> {
  const { rows } = await database.query<RowChange>(
    `SELECT transaction, backend, change, id::float8 AS id, seq::float8 AS seq FROM ${table}_rows ORDER BY n`,
  );
  return rows;
}

/** In order: the row's lock makes the order of one partition that of the commits. */
export async function readOffsetChanges(database: Client, table: string): Promise<OffsetChange[]> {
  const { rows } = await database.query<OffsetChange>(
    `SELECT transaction, backend, partition, "from"::float8, "to"::float8, "epochBefore"::float8, epoch::float8
     FROM ${table}_offsets ORDER BY n`,
  );
  return rows;
}
