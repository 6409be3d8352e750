/**
 * The processes a user starts: a sandbox of its own with data that survive its kills, and pipelines beside it.
 *
 * Nothing is simulated: `bin/mercury`, on the ports and the folder it had before, ended by signals to its own pid.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';

const mercury = fileURLToPath(new URL('../../bin/mercury', import.meta.url));

export interface Addresses {
  readonly kafka: string;
  readonly registry: string;
  readonly postgres: string;
}

/** A `mercury` process; what it says is kept for the message of a test that fails. */
export class Mercury {
  readonly pid: number;
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly #child: ChildProcess;

  constructor(args: readonly string[]) {
    const env = {
      ...process.env,
      MERCURY_CACHE: join(tmpdir(), 'mercury-test-cache'),
      // Dozens of starts: half of the time of each would go into compiling the same files.
      NODE_COMPILE_CACHE: join(tmpdir(), 'mercury-test-cache', 'compiled'),
      // It ends with this process, however this process ends.
      MERCURY_LAUNCHER_PID: String(process.pid),
    };
    this.#child = spawn(process.execPath, [mercury, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.pid = this.#child.pid!;
    for (const [stream, lines] of [
      [this.#child.stdout!, this.stdout],
      [this.#child.stderr!, this.stderr],
    ] as const) {
      createInterface({ input: stream }).on('line', (line) => lines.push(line));
    }
    this.ended = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }));
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.isRunning) process.kill(this.pid, signal);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  async firstLine(): Promise<string> {
    const end = this.ended.then(() => true);
    while (this.stdout.length === 0) {
      if (await Promise.race([end, delay(10, false)])) throw new Error(`it ended:\n${this.stderr.join('\n')}`);
    }
    return this.stdout[0]!;
  }
}

export interface PipelineOptions {
  readonly name: string;
  readonly topic: string;
  /** The sandbox's own when left out; those of proxies otherwise. */
  readonly kafkaPort?: number;
  readonly postgresPort?: number;
  readonly untilEnd?: boolean;
}

export async function openWorld(): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), 'mercury-kill-'));
  // Passable, so that the server that root may not be can lie in it too.
  chmodSync(dir, 0o755);
  const world = new World(dir);
  try {
    await world.startSandbox();
    return world;
  } catch (error) {
    await world.close();
    throw error;
  }
}

export class World {
  readonly #dir: string;
  readonly #pipelines = new Set<Mercury>();
  readonly #databases = new Set<Client>();
  #sandbox: Mercury | undefined;
  #addresses: Addresses | undefined;

  constructor(dir: string) {
    this.#dir = dir;
  }

  get addresses(): Addresses {
    return this.#addresses!;
  }

  /** On the ports it had before, if it was started before. */
  async startSandbox(): Promise<void> {
    const before = this.#addresses;
    const ports = Object.entries(before ?? {}).flatMap(([name, address]) => [
      `--${name}-port`,
      String(portOf(address)),
    ]);
    this.#sandbox = new Mercury(['sandbox', 'up', '--data', join(this.#dir, 'data'), '--no-feed', '--json', ...ports]);
    const { kafka, registry, postgres } = JSON.parse(await this.#sandbox.firstLine()) as Addresses;
    this.#addresses = { kafka, registry, postgres };
  }

  async killSandbox(): Promise<void> {
    await this.#sandbox?.kill();
  }

  startPipeline(options: PipelineOptions): Mercury {
    const { name, topic, kafkaPort, postgresPort, untilEnd = false } = options;
    const { kafka, registry, postgres } = this.addresses;
    const file = join(this.#dir, `${name}.yaml`);
    writeFileSync(file, definitionOf(name, topic));
    const pipeline = new Mercury([
      ...['run', file, '--json', '--set', 'batch.rows=500', '--registry', registry],
      ...['--kafka', kafkaPort === undefined ? kafka : `127.0.0.1:${kafkaPort}`],
      ...['--postgres', postgresPort === undefined ? postgres : onPort(postgres, postgresPort)],
      ...(untilEnd ? ['--until-end'] : []),
    ]);
    this.#pipelines.add(pipeline);
    return pipeline;
  }

  /** Runs it to the present end and answers its summary. */
  async runToEnd(options: PipelineOptions): Promise<Record<string, number>> {
    const pipeline = this.startPipeline({ ...options, untilEnd: true });
    const { code } = await pipeline.ended;
    if (code !== 0) throw new Error(`the pipeline ended with ${code}:\n${pipeline.stderr.join('\n')}`);
    return JSON.parse(pipeline.stdout.at(-1)!) as Record<string, number>;
  }

  async killPipelines(): Promise<void> {
    await Promise.all([...this.#pipelines].map((pipeline) => pipeline.kill()));
  }

  /** A connection of the test's own, past all proxies; it is closed with the world. */
  async openDatabase(): Promise<Client> {
    const database = new Client({ connectionString: this.addresses.postgres, application_name: 'kill-test' });
    database.on('error', () => this.#databases.delete(database));
    await database.connect();
    this.#databases.add(database);
    return database;
  }

  async close(): Promise<void> {
    await this.killPipelines();
    await Promise.all([...this.#databases].map((database) => database.end().catch(() => {})));
    this.#sandbox?.signal('SIGTERM');
    await this.#sandbox?.ended;
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

function definitionOf(name: string, topic: string): string {
  return `
version: 1
name: ${name}
source: { topic: ${topic}, key: { format: text, field: id }, value: { format: avro } }
sinks: [{ type: postgres, table: ${topic}, key: [id] }]
deadLetter: { topic: ${topic}.dead }
`;
}

export function portOf(address: string): number {
  return Number(/:(\d+)(?:\/\w*)?$/.exec(address)![1]);
}

function onPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}
