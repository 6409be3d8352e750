/** `mercury run` of all flights against COPY + upsert alone and against Python, on the same servers. */
import { z } from 'zod';
import { BenchTables } from './bench-tables.ts';
import { captureBatches, pipelineFile } from './captured-batches.ts';
import { alternate, type Contender, compare, say } from './measure.ts';
import { runMercury } from './mercury.ts';
import { writeAlone } from './postgres-floor.ts';
import { openPython } from './python-stack.ts';
import type { Servers } from './sandbox.ts';

export interface Bars {
  /** Of COPY + upsert alone. */
  readonly alone: number;
  /** Times the Python program. */
  readonly python: number;
}

const ours = 'mercury run';
const alone = 'COPY + upsert alone';
const python = 'Python';
const unit = 'rows/s';

/** The topic `flights` holds the sample. */
export async function raceFlights(servers: Servers, bars: Bars): Promise<void> {
  const captured = await captureBatches(servers);
  await using tables = await BenchTables.open(servers, captured.fields);
  say(
    `  ${captured.rows.toLocaleString('en')} rows of ${captured.fields.length} columns, PostgreSQL ${await tables.serverVersion()}`,
  );
  const stack = await openPython();
  const timed = (name: string, write: (table: string, round: number) => Promise<number>): Contender => ({
    name,
    async run(round) {
      const table = await tables.make('flights');
      const rate = await write(table, round);
      await tables.expectRows(table, captured.rows);
      return rate;
    },
  });
  const contenders = [
    timed(ours, (table, round) => runOurs(servers, table, round)),
    timed(alone, (table) => writeAlone(servers.postgres, table, captured)),
    ...(stack === undefined ? [] : [timed(python, (table, round) => stack.run(servers, table, round))]),
  ];
  const rates = await alternate(contenders, unit);
  const one = (name: string): readonly number[] => rates.get(name)!;
  compare({ title: `${ours} ÷ ${alone}`, ours: one(ours), theirs: one(alone), bar: bars.alone, unit });
  if (stack !== undefined) {
    compare({ title: `${ours} ÷ ${python}`, ours: one(ours), theirs: one(python), bar: bars.python, unit });
  }
}

const summarySchema = z.object({ rowsPerSecond: z.number() });

/** From the first record fetched to the last commit, as the command measures itself. */
async function runOurs({ kafka, registry, postgres }: Servers, table: string, round: number): Promise<number> {
  const target = ['--kafka', kafka, '--registry', registry, '--postgres', postgres, '--table', table];
  const summary = await runMercury([
    'run',
    pipelineFile,
    ...target,
    '--name',
    `bench-${round}-${process.pid}`,
    '--until-end',
    '--json',
  ]);
  return summarySchema.parse(summary).rowsPerSecond;
}
