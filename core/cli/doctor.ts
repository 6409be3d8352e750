/** `mercury doctor`: what this machine has and lacks for the workbench, and the next step for each. */
import { existsSync, mkdirSync, statfsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { toErrorData } from '#core/contract/errors.ts';
import { openModel } from '#core/inference/session.ts';
import { findPostgresPackage } from '#core/sandbox/postgres/binaries.ts';
import { findSandbox } from '#core/sandbox/sandbox.ts';
import { defaultStateDir, shippedDir } from '#core/workspace/paths.ts';
import { findRuntime } from '#core/workspace/runtime.ts';
import { defaultSandboxDir } from './addresses.ts';
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
  const hasDisplay =
    process.platform !== 'linux' || process.env.DISPLAY !== undefined || process.env.WAYLAND_DISPLAY !== undefined;
  if (hasDisplay) return { state: 'ok', detail: 'there is a display' };
  return {
    state: 'missing',
    detail: 'no display here',
    nextStep: 'Use the page in a browser: `npm start` prints its address.',
  };
}

function containerEngine(): Finding {
  const sockets = [
    join(homedir(), '.docker/run/docker.sock'),
    join(homedir(), '.docker/desktop/docker.sock'),
    '/var/run/docker.sock',
  ];
  const host = process.env.DOCKER_HOST ?? sockets.find((socket) => existsSync(socket));
  if (host !== undefined) return { state: 'ok', detail: host };
  return { state: 'missing', detail: 'none found', nextStep: 'Not needed: the sandbox runs without one.' };
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
  const found = findSandbox(defaultSandboxDir());
  if (found !== undefined) return { state: 'ok', detail: `Kafka ${found.kafka}, registry ${found.registry}` };
  return { state: 'missing', detail: 'does not run', nextStep: 'Start it with `npm start` or `mercury sandbox up`.' };
}
