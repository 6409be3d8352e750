/**
 * The Postgres sink against the same COPY and upsert with nothing else, one session, the bytes made beforehand.
 * Run: node bench/postgres-sink.ts postgres://user@host/database [runs]; makes and drops the schema mercury_bench.
 */
import type { Batch } from '#core/columns/batch.ts';
import type { StagedBatch } from '#core/pipeline/component.ts';
import { createCopyBuffer } from '#core/postgres/copy-buffer.ts';
import { createCopyEncoder } from '#core/postgres/copy-encoder.ts';
import { openSession } from '#core/postgres/session.ts';
import { createStatements } from '#core/sinks/postgres/statements.ts';
import { postgresSink } from '#core/sinks/postgres.ts';
import { flightBatches, flightFields } from './flight-batches.ts';

const url = process.argv[2];
if (url === undefined) throw new Error('usage: node bench/postgres-sink.ts postgres://user@host/database [runs]');
const runs = Number(process.argv[3] ?? 5);

const batches = await flightBatches(20_000);
const rows = batches.reduce((sum, batch) => sum + batch.length, 0);
const session = await openSession({ url, application: 'mercury/bench', tempBuffersMb: 32 });
const statements = createStatements('mercury_bench.flights', flightFields, ['flight_id']);
await session.query(statements.createStaging, 'bench');
const encode = createCopyEncoder(flightFields.map((field) => field.type));
const encoded = batches.map(({ columns, length }) =>
  encode({ columns, length, rows: undefined }, createCopyBuffer()).slice(),
);

const ratios: number[] = [];
for (let run = 0; run < runs; run++) {
  const alone = rows / (await timed(runAlone));
  const sink = rows / (await timed(runSink));
  ratios.push(sink / alone);
  process.stdout.write(`alone ${Math.round(alone)} rows/s, sink ${Math.round(sink)} rows/s: ${ratio(sink / alone)}\n`);
}
ratios.sort((a, b) => a - b);
process.stdout.write(`median ${ratio(ratios[runs >> 1]!)}\n`);
await session.query('DROP SCHEMA mercury_bench CASCADE', 'bench');
await session.close();

function ratio(value: number): string {
  return `${(value * 100).toFixed(0)} %`;
}

/** Seconds of `write` into a table that is new, made by the sink itself so that both write to the same. */
async function timed(write: () => Promise<() => Promise<void>>): Promise<number> {
  await session.query('DROP SCHEMA IF EXISTS mercury_bench CASCADE; CREATE SCHEMA mercury_bench; CHECKPOINT', 'bench');
  const work = await write();
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function runAlone(): Promise<() => Promise<void>> {
  await (await openSink()).close();
  return async () => {
    for (const bytes of encoded) {
      await session.copyIn(`BEGIN; ${statements.copyRows}`, bytes, 'bench');
      await session.query(statements.upsert, 'bench');
      await session.query('COMMIT', 'bench');
    }
  };
}

function openSink() {
  const spec = postgresSink.spec.parse({ type: 'postgres', table: 'mercury_bench.flights', key: ['flight_id'] });
  const connection = { name: 'bench', kafka: { brokers: [] }, registry: undefined, postgres: { url: url! } };
  const names = { pipeline: 'bench', sink: 'postgres', clusterId: 'bench', topicId: 'bench' };
  return postgresSink.open(spec, { ...names, fields: flightFields, connection, log: () => {} });
}

/** As the engine does: the next batch is sent while the last commits. */
async function runSink(): Promise<() => Promise<void>> {
  const sink = await openSink();
  await sink.claim([0]);
  return async () => {
    let committing = Promise.resolve();
    for (const batch of batches) {
      const staged: StagedBatch = await sink.stage(batch);
      await committing;
      committing = commit(staged, batch);
    }
    await committing;
    await sink.close();
  };
}

function commit(staged: StagedBatch, batch: Batch): Promise<void> {
  return staged.commit(batch.ranges);
}
