/**
 * `npm run bench [-- NAME …] [--rounds N] [--list]`: ratios to a step measured in the same run, absolutes beside them.
 *
 * Each benchmark is a file that also runs by itself, in a process of its own. They print and never fail by time.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machineLine } from './parts/machine.ts';
import { say } from './parts/measure.ts';

const benchmarks: Readonly<Record<string, string>> = {
  'cold-start': 'npm start on an empty machine, to the first scored row',
  'first-paint': 'the page of a running workbench: to its first paint and its first live number',
  smoothness: 'long tasks of Home at full load, against the same page with updates off',
  'flights-to-postgres': 'Kafka, Avro, model, Postgres: against COPY + upsert alone, against Python',
  'flights-to-real-postgres': 'the same on a real Kafka and Postgres (REAL_KAFKA, REAL_REGISTRY, REAL_POSTGRES)',
  footprint: 'resident memory of the running workbench, CPU time when idle',
  'hot-path-heap': 'heap allocated for each record of a pipeline',
  'avro-decode': 'Avro into columns against objects of avsc',
  'copy-encoder': 'columns into the bytes of COPY',
  'postgres-sink': 'the Postgres sink against COPY + upsert alone',
  'broker-vs-kafka': "the sandbox's broker against a real Kafka, by Java's own tools (REAL_KAFKA, REAL_TOOL)",
  'raw-fetch': 'fetching a topic and walking its records',
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' }, list: { type: 'boolean' } },
});
const unknown = positionals.filter((name) => benchmarks[name] === undefined);
if (values.list === true || unknown.length > 0) {
  if (unknown.length > 0) say(`There is no benchmark ${unknown.join(', ')}. There are:`);
  for (const [name, about] of Object.entries(benchmarks)) say(`${name.padEnd(26)}${about}`);
  process.exitCode = unknown.length > 0 ? 2 : 0;
} else {
  say(machineLine());
  for (const name of positionals.length > 0 ? positionals : Object.keys(benchmarks)) await run(name);
}

async function run(name: string): Promise<void> {
  say(`\n${name}: ${benchmarks[name]}`);
  const env = { ...process.env, ...(values.rounds === undefined ? {} : { BENCH_ROUNDS: values.rounds }) };
  const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [file], { stdio: 'inherit', env });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code === 0) return;
  say(`${name} failed`);
  process.exitCode = 1;
}
