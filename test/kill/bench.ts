/** What every kill test begins and ends with: a topic that is written on, its table under audit, the verdict. */
import type { Client } from 'pg';
import { expect } from 'vitest';
import { installAudit } from './audit.ts';
import { type Findings, judge, nothingWrong } from './oracle.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';
import { openWriter, type Writer } from './writer.ts';

export interface Bench {
  /** Of the topic, the table and the pipeline. */
  readonly name: string;
  readonly writer: Writer;
  /** Stops the writer, runs the pipeline to the end and lets the oracle look at everything. */
  finish(): Promise<Findings>;
  /** Closed by `finish`. */
  readonly database: Client;
}

export async function openBench(world: World, name: string, random: Random): Promise<Bench> {
  const writer = await openWriter(world.addresses, name, random);
  // An empty run makes the tables, so that the audit sees the very first record.
  await world.runToEnd({ name, topic: name });
  const database = await world.openDatabase();
  await installAudit(database, name, name);
  return {
    name,
    writer,
    database,
    async finish() {
      await writer.close();
      await world.runToEnd({ name, topic: name });
      const last = await world.openDatabase();
      return judge({ addresses: world.addresses, database: last, topic: name, acknowledged: writer.acknowledged });
    },
  };
}

/** Nothing lost, nothing doubled. The counts tell that the test had something to judge. */
export function expectExactlyOnce(findings: Findings, atLeast: { records: number; deadLetters: number }): void {
  const { records, rows, deadLetters, transactions, doubled, ...wrong } = findings;
  const some = Object.fromEntries(
    Object.entries({ ...wrong, doubled }).map(([name, list]) => [name, list.slice(0, 8)]),
  );
  expect(some).toEqual(nothingWrong);
  expect(records).toBeGreaterThanOrEqual(atLeast.records);
  expect(deadLetters).toBeGreaterThanOrEqual(atLeast.deadLetters);
  expect(transactions).toBeGreaterThan(records / 1_000);
  expect(rows).toBeGreaterThan(records / 4);
}
