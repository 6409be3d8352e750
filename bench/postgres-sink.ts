/**
 * The Postgres sink against the same COPY and upsert with nothing else, one session, the bytes made beforehand.
 * Run: node bench/postgres-sink.ts [postgres://user@host/database]; makes and drops the schema mercury_bench. A sandbox of
 * its own when no server is named.
 */
import type { Batch } from '#core/columns/batch.ts';
import type { StagedBatch } from '#core/pipeline/component.ts';
import { createCopyBuffer } from '#core/postgres/copy-buffer.ts';
import { createCopyEncoder } from '#core/postgres/copy-encoder.ts';
import { openSession } from '#core/postgres/session.ts';
import { createStatements } from '#core/sinks/postgres/statements.ts';
import { postgresSink } from '#core/sinks/postgres.ts';
import { flightBatches, flightFields } from './flight-batches.ts';
import { alternate, compare } from './parts/measure.ts';
import { openSandbox } from './parts/sandbox.ts';

await using sandbox = process.argv[2] === undefined ? await openSandbox() : undefined;
const url = process.argv[2] ?? sandbox!.postgres;

const batches = await flightBatches(20_000);
const rows = batches.reduce((sum, batch) => sum + batch.length, 0);
const session = await openSession({ url, application: 'mercury/bench', tempBuffersMb: 32 });
const statements = createStatements('mercury_bench.flights', flightFields, ['flight_id']);
await session.query(statements.createStaging, 'bench');
const encode = createCopyEncoder(flightFields.map((field) => field.type));
const encoded = batches.map(({ columns, length }) =>
  encode({ columns, length, rows: undefined }, createCopyBuffer()).slice(),
);

const rates = await alternate(
  [
    { name: 'sink', run: async () => rows / (await timed(runSink)) },
    { name: 'alone', run: async () => rows / (await timed(runAlone)) },
  ],
  'rows/s',
);
const [ours, theirs] = [rates.get('sink')!, rates.get('alone')!];
compare({ title: 'sink ÷ COPY + upsert alone', ours, theirs, bar: 0.95, unit: 'rows/s' });
await session.query('DROP SCHEMA mercury_bench CASCADE', 'bench');
await session.close();

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
  const connection = { name: 'bench', kafka: { brokers: [] }, registry: undefined, postgres: { url } };
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
