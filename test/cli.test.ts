/** The `mercury` command as its users run it: real processes, their output and exit codes. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { JournalEntry } from '#core/contract/journal.ts';
import type { SandboxAddresses } from '#core/sandbox/sandbox.ts';

const mercury = fileURLToPath(new URL('../bin/mercury', import.meta.url));
const definition = fileURLToPath(new URL('../config/pipelines/flights-to-postgres.yaml', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'mercury-cli-'));
const env = {
  ...process.env,
  MERCURY_STATE: join(dir, 'state'),
  MERCURY_WORKSPACE: join(dir, 'workspace'),
  MERCURY_CACHE: join(tmpdir(), 'mercury-test-cache'),
};

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Promise<Result> {
  return new Promise((resolve) => {
    execFile(process.execPath, [mercury, ...args], { env, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return line;
}

function sandboxUp(data: string, node = process.execPath): ChildProcess {
  const args = [mercury, 'sandbox', 'up', '--data', join(dir, data), '--no-feed', '--json'];
  return spawn(node, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
}

let sandbox: ChildProcess;
let addresses: SandboxAddresses;
let where: string[];

beforeAll(async () => {
  sandbox = sandboxUp('shared');
  addresses = JSON.parse(await firstLine(sandbox)) as SandboxAddresses;
  where = ['--kafka', addresses.kafka, '--registry', addresses.registry];
});
afterAll(async () => {
  sandbox.kill('SIGTERM');
  const [code] = (await once(sandbox, 'exit')) as [number];
  rmSync(dir, { recursive: true, force: true });
  expect(code).toBe(0);
});

test('wrong usage is exit code 2, a failure 1, help 0', async () => {
  expect(await run('no-such-command')).toMatchObject({ code: 2, stdout: '' });
  expect(await run('consume')).toMatchObject({ code: 2 });
  expect(await run('topics', '--kafka', 'nonsense')).toMatchObject({ code: 2 });
  expect(await run('run', definition, '--set', 'nonsense')).toMatchObject({ code: 2 });
  expect(await run('sandbox', 'up', '--kafka-port', '99999')).toMatchObject({ code: 2 });
  expect(await run('--help')).toMatchObject({ code: 0 });
  const failed = await run('topics', '--kafka', '127.0.0.1:1');
  expect(failed).toMatchObject({ code: 1, stdout: '' });
  expect(failed.stderr).toMatch(/127\.0\.0\.1:1/);
  expect((await run('topics')).stderr).toMatch(/mercury sandbox up/);
});

test('a command that fails once it is connected ends all the same', async () => {
  const failed = await run('consume', 'no-such-topic', ...where);
  expect(failed).toMatchObject({ code: 1, stdout: '' });
  expect(failed.stderr).toMatch(/no-such-topic/);
});

test('addresses are one line of JSON; a second start on the same data is refused by name', async () => {
  expect(addresses.kafka).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(addresses.registry).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(addresses.postgres).toMatch(/^postgres:\/\/.+@127\.0\.0\.1:\d+\/mercury$/);
  const second = await run('sandbox', 'up', '--data', join(dir, 'shared'), '--no-feed');
  expect(second).toMatchObject({ code: 1, stdout: '' });
  expect(second.stderr).toMatch(`in use by process ${sandbox.pid}`);
});

test('a taken port is named', async () => {
  const port = addresses.kafka.split(':')[1]!;
  const taken = await run('sandbox', 'up', '--data', join(dir, 'taken'), '--kafka-port', port);
  expect(taken.code).toBe(1);
  expect(taken.stderr).toMatch(port);
});

test('a start whose port is taken says so and leaves nothing running', async () => {
  const folders = ['--state', join(dir, 'start'), '--workspace', join(dir, 'workspace')];
  const port = new URL(addresses.registry).port;
  const taken = await run('start', '--browser', '--port', port, ...folders);
  expect(taken.code).toBe(1);
  expect(taken.stderr).toMatch(`port ${port} is taken`);
});

test('load, run to the end, run again: every flight is a row with its prediction, once', async () => {
  const loaded = await run('sandbox', 'load', 'flights', ...where, '--json');
  expect(JSON.parse(loaded.stdout)).toMatchObject({ sent: 336_776, topic: 'flights' });
  const args = ['run', definition, ...where, '--postgres', addresses.postgres, '--until-end', '--json'];
  const first = await run(...args);
  expect(first.stderr + first.code).toMatch(/0$/);
  const counts = JSON.parse(first.stdout.trim().split('\n').at(-1)!) as Record<string, number>;
  expect(counts).toMatchObject({ read: 336_776, written: 336_776, deleted: 0, deadLettered: 0 });
  expect(counts.totalSeconds).toBeGreaterThan(counts.seconds!);
  expect(JSON.parse((await run(...args)).stdout)).toMatchObject({ read: 0, written: 0, rowsPerSecond: 0 });
  const other = await run(...args, '--name', 'again', '--table', 'flights_again', '--set', 'batch.rows=5000');
  expect(JSON.parse(other.stdout)).toMatchObject({ read: 336_776 });
}, 180_000);

test('what commands changed is in the journal, with what failed', async () => {
  expect(
    await run('run', definition, ...where, '--postgres', addresses.postgres, '--set', 'model.name=nope'),
  ).toMatchObject({
    code: 1,
  });
  const { stdout } = await run('journal', '--json', '--limit', '3');
  const entries = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalEntry);
  expect(entries.map(({ method, from, error }) => [method, from, error?.code ?? null])).toEqual([
    ['pipelines.run', 'cli', 'NOT_FOUND'],
    ['pipelines.run', 'cli', null],
    ['pipelines.run', 'cli', null],
  ]);
  expect((await run('journal', 'load')).stdout).toMatch(/cli {2}sandbox\.load flights on .* done\n$/);
});

test('topics and records, decoded exactly', async () => {
  const topics = await run('topics', ...where, '--json');
  expect(
    topics.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toContainEqual(expect.objectContaining({ name: 'flights', partitions: 4, records: 336_776 }));
  const { stdout } = await run('consume', 'flights', ...where, '--count', '3', '--json');
  const records = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(records).toHaveLength(3);
  for (const record of records) {
    expect(Object.keys(record)).toEqual([
      'topic',
      'partition',
      'offset',
      'timestamp',
      'key',
      'value',
      'headers',
      'schemaId',
    ]);
    expect(record.value).toMatchObject({ flight_id: Number(record.key), origin: expect.any(String) as string });
  }
  const last = await run('consume', 'flights', ...where, '--from', '-1', '--until-end', '--json');
  expect(last.stdout.trim().split('\n')).toHaveLength(4);
});

test('output that nobody reads on ends the command without a word', async () => {
  const args = [mercury, 'sql', 'SELECT * FROM range(200000)', '--duckdb', join(dir, 'head.duckdb')];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (bytes) => (stderr += String(bytes)));
  await once(child.stdout, 'data');
  child.stdout.destroy();
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(stderr).toBe('');
});

test('doctor tells what is there and the next step for what is not', async () => {
  const { code, stdout } = await run('doctor', '--json');
  const findings = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; state: string; nextStep?: string });
  expect(code).toBe(0);
  expect(findings.find(({ name }) => name === 'PostgreSQL')).toMatchObject({ state: 'ok' });
  expect(findings.filter(({ state, nextStep }) => state !== 'ok' && nextStep === undefined)).toEqual([]);
});

test('data and ports are kept between starts', async () => {
  const before = sandboxUp('kept');
  const first = await firstLine(before);
  before.kill('SIGTERM');
  await once(before, 'exit');
  const after = sandboxUp('kept');
  expect(await firstLine(after)).toBe(first);
  after.kill('SIGINT');
  expect(await once(after, 'exit')).toEqual([0, null]);
});

const oldNode = await findOldNode();

test.skipIf(oldNode === undefined)(
  'on a Node that is too old, signals and kills reach the sandbox all the same',
  async () => {
    const launcher = sandboxUp('old-node', oldNode);
    const { kafka } = JSON.parse(await firstLine(launcher)) as SandboxAddresses;
    launcher.kill('SIGKILL');
    await vi.waitFor(async () => expect(await run('topics', '--kafka', kafka)).toMatchObject({ code: 1 }), {
      timeout: 10_000,
    });
    const again = sandboxUp('old-node', oldNode);
    await firstLine(again);
    again.kill('SIGTERM');
    expect(await once(again, 'exit')).toEqual([0, null]);
  },
);

/** A Node on the path other than the project's own, older than 24. */
async function findOldNode(): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder.includes('node_modules')) continue;
    const node = join(folder, 'node');
    const major = await new Promise<number>((resolve) => {
      execFile(node, ['-p', 'process.versions.node'], (error, stdout) =>
        resolve(error ? 99 : Number.parseInt(stdout, 10)),
      );
    });
    if (major < 24) return node;
  }
  return undefined;
}
