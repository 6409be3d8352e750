/** `mercury run`: one pipeline in this very process, until its end or Ctrl-C. */
import { Command, InvalidArgumentError } from 'commander';
import { fromErrorData } from '#core/contract/errors.ts';
import type { PipelineDefinition } from '#core/contract/pipeline.ts';
import { type Override, readDefinition } from '#core/pipeline/definition.ts';
import { openPipeline, type Pipeline } from '#core/pipeline/pipeline.ts';
import { stopSignal } from '#core/process/signals.ts';
import { sinks } from '#core/sinks/index.ts';
import { shippedDir } from '#core/workspace/paths.ts';
import { type AddressOptions, resolveAddresses, withAddresses } from './addresses.ts';
import { keptInJournal } from './journal.ts';
import { count, note, print } from './output.ts';

interface RunOptions extends AddressOptions {
  readonly duckdb?: string;
  readonly table?: string;
  readonly name?: string;
  readonly set: readonly Override[];
  readonly untilEnd?: boolean;
  readonly json?: boolean;
}

const progressIntervalMs = 1_000;

export function runCommand(): Command {
  return withAddresses(new Command('run').description('run a pipeline in this process').argument('<file>', 'its YAML'))
    .option('--postgres <url>', 'Postgres; the running sandbox when left out')
    .option('--duckdb <file>', 'write into this DuckDB file instead, owned by this process: same table, same key')
    .option('--table <name>', 'write to this table instead of the one in the file')
    .option('--name <name>', 'another identity: its own offsets, so it starts at the beginning')
    .option('--set <path=value>', 'another value for a field of the file, like batch.rows=5000', override, [])
    .option('--until-end', 'end at the end offsets seen at the start')
    .option('--json', 'the last line as JSON')
    .action(run);
}

async function run(file: string, options: RunOptions): Promise<void> {
  const stop = stopSignal();
  const definition = withDuckDb(readDefinition(file, overrides(options)), options.duckdb);
  const connection = resolveAddresses({ connection: definition.connection, ...options });
  const pipeline = openPipeline({
    definition,
    connection,
    modelsDir: shippedDir('ml-models'),
    sinks,
    untilEnd: options.untilEnd === true,
    log: note,
    onStateChange: () => {},
  });
  stop.addEventListener('abort', () => void pipeline.close());
  const timer = setInterval(() => report(pipeline), progressIntervalMs);
  const change = { method: 'pipelines.run', kind: 'pipeline', name: definition.name, input: { file } } as const;
  await keptInJournal({ ...change, connection: connection.name }, async () => {
    await pipeline.ended;
    clearInterval(timer);
    if (pipeline.state === 'failed') throw fromErrorData(pipeline.error!);
  });
  summarize(pipeline, options.json === true);
  process.exit(0);
}

function overrides({ table, name, set }: RunOptions): Override[] {
  const text = (value: string): string => JSON.stringify(value);
  return [
    ...(table === undefined ? [] : [{ path: 'sinks.0.table', value: text(table) }]),
    ...(name === undefined ? [] : [{ path: 'name', value: text(name) }]),
    ...set,
  ];
}

/** One sink into `file`, with the table and key of the first one. */
function withDuckDb(definition: PipelineDefinition, file: string | undefined): PipelineDefinition {
  if (file === undefined) return definition;
  const { table, key, mode } = definition.sinks[0]!;
  return { ...definition, sinks: [{ type: 'duckdb', file, table, key, ...(mode === undefined ? {} : { mode }) }] };
}

function report(pipeline: Pipeline): void {
  const progress = pipeline.progress();
  if (progress === null) {
    note(pipeline.error === null ? pipeline.state : `${pipeline.state}: ${pipeline.error.message}`);
    return;
  }
  const rate = progress.stages.at(-1)?.ratePerSecond ?? 0;
  const left = progress.lag === null ? '' : `, ${count(progress.lag)} to go`;
  note(`${pipeline.state} · ${count(progress.written)} written, ${count(Math.round(rate))}/s${left}`);
}

function summarize(pipeline: Pipeline, asJson: boolean): void {
  const progress = pipeline.progress();
  const { read = 0n, written = 0n, deleted = 0n, deadLettered = 0n } = progress ?? {};
  const counts = { read, written, deleted, deadLettered };
  const took = (pipeline.elapsedMs ?? 0) / 1_000;
  const summary = {
    ...Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, Number(value)])),
    seconds: round(took, 3),
    totalSeconds: round(performance.now() / 1_000, 3),
    rowsPerSecond: took === 0 ? 0 : Math.round(Number(written + deleted) / took),
  };
  if (asJson) print(JSON.stringify(summary));
  else {
    print(
      `${count(read)} read, ${count(written)} written, ${count(deleted)} deleted, ${count(deadLettered)} dead letters`,
    );
    print(`${summary.seconds} s, ${count(summary.rowsPerSecond)} rows/s`);
  }
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function override(text: string, before: readonly Override[]): Override[] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Give path=value, like batch.rows=5000.');
  return [...before, { path: text.slice(0, at), value: text.slice(at + 1) }];
}
