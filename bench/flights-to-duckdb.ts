/**
 * All flights from the sandbox's Kafka through the model into a DuckDB file, exactly once, against the same run with
 * nothing behind the model: fetch + decode + score alone. Each run is a process of its own, from the first record fetched
 * to the last commit. Run: node bench/flights-to-duckdb.ts
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { openDatabase } from '#core/duckdb/open.ts';
import type { Sink } from '#core/pipeline/component.ts';
import { readDefinition } from '#core/pipeline/definition.ts';
import { openPipeline } from '#core/pipeline/pipeline.ts';
import { localOwner } from '#core/sinks/duckdb/local.ts';
import { duckDbSink } from '#core/sinks/duckdb.ts';
import { shippedDir } from '#core/workspace/paths.ts';
import { alternate, type Contender, compare, say } from './parts/measure.ts';
import { lastJson } from './parts/mercury.ts';
import { loadFlights, openSandbox, type Servers } from './parts/sandbox.ts';

const bar = 0.6;
const unit = 'rows/s';
const answerSchema = z.object({ rowsPerSecond: z.number() });
const flights = 336_776;
const pipelineFile = shippedDir('config/pipelines/flights-to-duckdb.yaml');

const [kafka, registry, file] = process.argv.slice(2);
if (kafka !== undefined && registry !== undefined) await runHere(kafka, registry, file);
else await race();

async function race(): Promise<void> {
  await using sandbox = await openSandbox();
  await loadFlights(sandbox);
  const dir = await mkdtemp(join(tmpdir(), 'mercury-bench-'));
  const ours = 'into DuckDB';
  const alone = 'fetch + decode + score alone';
  const contenders: readonly Contender[] = [
    {
      name: ours,
      async run(round) {
        const target = join(dir, `flights-${round}.duckdb`);
        const rate = await runApart(sandbox, target);
        await expectRows(target);
        return rate;
      },
    },
    { name: alone, run: () => runApart(sandbox) },
  ];
  const rates = await alternate(contenders, unit);
  compare({ title: `${ours} ÷ ${alone}`, ours: rates.get(ours)!, theirs: rates.get(alone)!, bar, unit });
  await rm(dir, { recursive: true });
}

async function runApart({ kafka, registry }: Servers, file?: string): Promise<number> {
  const args = [fileURLToPath(import.meta.url), kafka, registry, ...(file === undefined ? [] : [file])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  return answerSchema.parse(await lastJson(child, 'the pipeline')).rowsPerSecond;
}

/** Without `file` the batches end at the sink's door. */
async function runHere(kafka: string, registry: string, file: string | undefined): Promise<void> {
  const component = duckDbSink(localOwner(() => file!));
  const nothing: Sink = {
    lanes: 2,
    claim: async () => new Map(),
    stage: async () => ({ commit: async () => {}, verify: async () => {}, discard: async () => {} }),
    close: async () => {},
  };
  const pipeline = openPipeline({
    definition: readDefinition(pipelineFile, [{ path: 'name', value: `bench-${process.pid}` }]),
    connection: { name: 'bench', kafka: { brokers: [kafka] }, registry: { url: registry }, postgres: undefined },
    modelsDir: shippedDir('ml-models'),
    sinks: [file === undefined ? { ...component, open: async () => nothing } : component],
    untilEnd: true,
    log: () => {},
    onStateChange: () => {},
  });
  await pipeline.ended;
  if (pipeline.state !== 'finished') throw new Error(`${pipeline.state}: ${pipeline.error?.message}`);
  say(JSON.stringify({ rowsPerSecond: (flights / pipeline.elapsedMs!) * 1_000 }));
  process.exit(0);
}

async function expectRows(file: string): Promise<void> {
  const database = await openDatabase({ file });
  const session = await database.connect();
  const [found] = await session.rows('SELECT count(*)::INT AS n, count(DISTINCT flight_id)::INT AS ids FROM flights');
  session.close();
  database.close();
  if (found?.n !== flights || found.ids !== flights) throw new Error(`${found?.n} rows, ${found?.ids} flights`);
}
