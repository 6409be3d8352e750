/** The table and how it came: last writer per key, offsets without a gap, each record in one transaction only. */
import type { Client } from 'pg';
import type { OffsetChange, RowChange } from './audit.ts';
import type { KnownRecord } from './known-record.ts';
import type { Reading } from './records.ts';

/** Every column of every row, by id. */
export async function readRows(database: Client, table: string): Promise<Map<number, string>> {
  const { rows } = await database.query<Reading>(
    `SELECT id::float8 AS id, seq::float8 AS seq, label, amount, "isValid" FROM ${table}`,
  );
  return new Map(rows.map((row) => [row.id, textOf(row)]));
}

function textOf({ id, seq, label, amount, isValid }: Reading): string {
  return JSON.stringify([id, seq, label, amount, isValid]);
}

export function wrongRows(known: readonly KnownRecord[], rows: ReadonlyMap<number, string>): string[] {
  const expected = new Map<number, string>();
  for (const { id, reading, fault } of known) {
    if (fault !== undefined) continue;
    if (reading === null) expected.delete(id);
    else expected.set(id, textOf(reading));
  }
  const ids = new Set([...expected.keys(), ...rows.keys()]);
  return [...ids]
    .filter((id) => expected.get(id) !== rows.get(id))
    .map((id) => `row ${id} is ${rows.get(id)}, the last writer wrote ${expected.get(id)}`);
}

export function wrongMoves(moves: readonly OffsetChange[], ends: ReadonlyMap<number, number>): string[] {
  const wrong: string[] = [];
  const reached = new Map<number, number>();
  for (const { partition, from, to, transaction } of moves) {
    const before = reached.get(partition) ?? 0;
    if ((from ?? 0) !== before || to === null || to <= before) {
      wrong.push(
        `transaction ${transaction} moves partition ${partition} from ${from} to ${to}, it stood at ${before}`,
      );
    }
    reached.set(partition, to ?? 0);
  }
  for (const [partition, end] of ends) {
    if ((reached.get(partition) ?? 0) !== end) {
      wrong.push(`partition ${partition} ends at ${end}, the offsets at ${reached.get(partition)}`);
    }
  }
  return wrong;
}

/** Goes through the moves in order and keeps the table that they should have made. */
export function wrongTransactions(
  known: readonly KnownRecord[],
  moves: readonly OffsetChange[],
  changes: readonly RowChange[],
): string[] {
  const partitions = Map.groupBy(known, ({ partition }) => partition);
  const table = new Map<number, number>();
  const expected = new Map<string, string[]>();
  for (const { transaction, partition, from, to } of moves) {
    const covered = partitions.get(partition)!.slice(from ?? 0, to ?? 0);
    const list = expected.get(transaction) ?? [];
    list.push(...changesBy(covered, table));
    expected.set(transaction, list);
  }
  const found = new Map<string, string[]>();
  for (const { transaction, change, id, seq } of changes) {
    const list = found.get(transaction) ?? [];
    list.push(`${change} ${id} of record ${seq}`);
    found.set(transaction, list);
  }
  return [...new Set([...expected.keys(), ...found.keys()])].flatMap((transaction) =>
    differences(expected.get(transaction) ?? [], found.get(transaction) ?? [], `transaction ${transaction}`),
  );
}

/** The last record of each key counts; deleting what is not there changes nothing. */
function changesBy(covered: readonly KnownRecord[], table: Map<number, number>): string[] {
  const last = new Map(covered.filter(({ fault }) => fault === undefined).map((record) => [record.id, record]));
  return [...last.values()].flatMap(({ id, seq, reading }) => {
    const before = table.get(id);
    if (reading !== null) {
      table.set(id, seq);
      return [`${before === undefined ? 'INSERT' : 'UPDATE'} ${id} of record ${seq}`];
    }
    table.delete(id);
    return before === undefined ? [] : [`DELETE ${id} of record ${before}`];
  });
}

function differences(expected: readonly string[], found: readonly string[], where: string): string[] {
  const count = new Map<string, number>();
  for (const one of found) count.set(one, (count.get(one) ?? 0) + 1);
  for (const one of expected) count.set(one, (count.get(one) ?? 0) - 1);
  return [...count].filter(([, times]) => times !== 0).map(([one, times]) => `${where}: ${one}, ${times} too many`);
}
