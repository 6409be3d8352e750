/**
 * What must be there in the end, from the topic alone, against what is there and how it came.
 *
 * Nothing of the product takes part: the topic is read by kafkajs, decoded by Confluent's client, and the target's own
 * triggers tell which transaction changed what. Each answer is a list of what is wrong, empty when all is well.
 */
import type { Client } from 'pg';
import { readOffsetChanges, readRowChanges } from './audit.ts';
import { understand } from './known-record.ts';
import { wrongLetters } from './letter-oracle.ts';
import { readTopic } from './read-topic.ts';
import { readRows, wrongMoves, wrongRows, wrongTransactions } from './table-oracle.ts';
import type { Addresses } from './world.ts';

export interface Findings {
  readonly records: number;
  readonly rows: number;
  readonly deadLetters: number;
  readonly transactions: number;
  /** Rows that are missing, too many or other than the last writer of their key wrote them. */
  readonly wrongRows: readonly string[];
  /** Transactions that changed other rows than the records between their offsets ask for, once each. */
  readonly wrongTransactions: readonly string[];
  /** Moves of the offsets that leave a gap, go back, or end before the topic does. */
  readonly wrongMoves: readonly string[];
  readonly wrongLetters: readonly string[];
  /** Acknowledged to the writer, and not in the topic. */
  readonly lost: readonly number[];
  /** In the topic more than once. */
  readonly doubled: readonly number[];
}

/** What `Findings` has to be besides its counts. */
export const nothingWrong = {
  wrongRows: [],
  wrongTransactions: [],
  wrongMoves: [],
  wrongLetters: [],
  lost: [],
  doubled: [],
};

export interface Case {
  readonly addresses: Addresses;
  readonly database: Client;
  /** The topic's and the table's name. */
  readonly topic: string;
  readonly acknowledged: ReadonlySet<number>;
}

export async function judge({ addresses, database, topic, acknowledged }: Case): Promise<Findings> {
  const content = await readTopic(addresses.kafka, topic);
  const known = await understand(content.records, addresses.registry);
  const letters = await readTopic(addresses.kafka, `${topic}.dead`);
  const moves = (await readOffsetChanges(database, topic)).filter(({ from, to }) => from !== to);
  const rows = await readRows(database, topic);
  const changes = await readRowChanges(database, topic);
  const seqs = known.map(({ seq }) => seq);
  const present = new Set(seqs);
  return {
    records: known.length,
    rows: rows.size,
    deadLetters: letters.records.length,
    transactions: new Set(moves.map(({ transaction }) => transaction)).size,
    wrongRows: wrongRows(known, rows),
    wrongTransactions: wrongTransactions(known, moves, changes),
    wrongMoves: wrongMoves(moves, content.ends),
    wrongLetters: wrongLetters(known, moves, letters.records),
    lost: [...acknowledged].filter((seq) => !present.has(seq)),
    doubled: duplicatesOf(seqs),
  };
}

function duplicatesOf(seqs: readonly number[]): number[] {
  const seen = new Set<number>();
  return seqs.filter((seq) => seen.has(seq) || !seen.add(seq));
}
