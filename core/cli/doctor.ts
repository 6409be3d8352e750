/** `mercury doctor`: what this machine has and lacks for the workbench, and the next step for each. */
import { mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { toErrorData } from '#core/contract/errors.ts';
import { openModel } from '#core/inference/session.ts';
import { findPostgresPackage } from '#core/sandbox/postgres/binaries.ts';
import { findSandbox } from '#core/sandbox/sandbox.ts';
import { findEngine } from '#core/stack/engine.ts';
import { thisMachine } from '#core/stack/engine-places.ts';
import { defaultStateDir, sandboxDir, shippedDir } from '#core/workspace/paths.ts';
import { findRuntime } from '#core/workspace/runtime.ts';
import { whyNoWindow } from './desktop.ts';
import { print } from './output.ts';

/** `missing`: something optional is not there. `failed`: the main job can't run without it. */
interface Finding {
  readonly state: 'ok' | 'missing' | 'failed';
  readonly detail: string;
  readonly nextStep?: string;
}

type Check = () => Finding | Promise<Finding>;

const checks: Readonly<Record<string, Check>> = {
  Node: node,
  PostgreSQL: postgres,
  'ONNX runtime': model,
  'State directory': stateDirectory,
  'Disk space': diskSpace,
  'Desktop window': desktop,
  'Container engine': containerEngine,
  'Mercury Workbench': running,
  Sandbox: sandbox,
};

/** Free space under which the sample and its logs get tight. */
const comfortableBytes = 2 * 1024 ** 3;

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('what this machine has and lacks, and the next step for each')
    .option('--json', 'one JSON object a finding')
    .action(doctor);
}

async function doctor(options: { json?: boolean }): Promise<void> {
  let hasFailed = false;
  for (const [name, check] of Object.entries(checks)) {
    const finding = await examine(check);
    hasFailed ||= finding.state === 'failed';
    if (options.json === true) print(JSON.stringify({ name, ...finding }));
    else printFinding(name, finding);
  }
  process.exitCode = hasFailed ? 1 : 0;
}

async function examine(check: Check): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    const { message, nextStep } = toErrorData(error);
    return { state: 'failed', detail: message, ...(nextStep === undefined ? {} : { nextStep }) };
  }
}

const marks: Readonly<Record<Finding['state'], string>> = { ok: '✓', missing: '–', failed: '✗' };

function printFinding(name: string, { state, detail, nextStep }: Finding): void {
  print(`${marks[state]} ${name.padEnd(18)} ${detail}`);
  if (nextStep !== undefined) print(`  ${' '.repeat(18)} → ${nextStep}`);
}

function node(): Finding {
  return { state: 'ok', detail: `${process.versions.node}, ${process.platform} ${process.arch}` };
}

function postgres(): Finding {
  return { state: 'ok', detail: `${findPostgresPackage().version} for the sandbox` };
}

async function model(): Promise<Finding> {
  const session = await openModel(join(shippedDir('ml-models'), 'arrival-delay'));
  await session.close();
  return { state: 'ok', detail: 'runs the sample model arrival-delay' };
}

function stateDirectory(): Finding {
  const dir = defaultStateDir();
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return { state: 'ok', detail: dir };
}

function diskSpace(): Finding {
  const { bavail, bsize } = statfsSync(defaultStateDir());
  const free = bavail * bsize;
  const detail = `${(free / 1024 ** 3).toFixed(1)} GB free`;
  if (free >= comfortableBytes) return { state: 'ok', detail };
  return { state: 'missing', detail, nextStep: 'Free some space: the sandbox keeps about 1 GB of sample records.' };
}

function desktop(): Finding {
  const reason = whyNoWindow();
  if (reason === undefined) return { state: 'ok', detail: 'can be opened here' };
  return {
    state: 'missing',
    detail: reason,
    nextStep: 'Use the page in a browser: `npm start` prints its address.',
  };
}

async function containerEngine(): Promise<Finding> {
  const { found } = await findEngine(thisMachine);
  if (found === undefined)
    return { state: 'missing', detail: 'none answers', nextStep: 'Not needed: the sandbox runs without one.' };
  const { name, version, address } = found.about;
  return { state: 'ok', detail: `${name} ${version} at ${address}` };
}

function running(): Finding {
  const runtime = findRuntime(defaultStateDir());
  if (runtime !== undefined) {
    const where = runtime.host === null ? 'in its window' : `at ${runtime.host.address}`;
    return { state: 'ok', detail: `runs ${where} (process ${runtime.pid})` };
  }
  return { state: 'missing', detail: 'does not run', nextStep: 'Start it with `npm start`.' };
}

function sandbox(): Finding {
  const found = findSandbox(sandboxDir(defaultStateDir()));
  if (found !== undefined) return { state: 'ok', detail: `Kafka ${found.kafka}, registry ${found.registry}` };
  return { state: 'missing', detail: 'does not run', nextStep: 'Start it with `npm start` or `mercury sandbox up`.' };
}
