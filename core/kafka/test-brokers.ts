/**
 * The brokers this folder's tests run on: the sandbox's always, a real one where `REAL_KAFKA` names it ("host:port").
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Admin } from '@platformatic/kafka';
import { openBroker } from '#core/sandbox/broker/broker.ts';

export interface TestBroker {
  readonly address: string;
  close(): Promise<void>;
}

export interface TestBrokerKind {
  readonly name: string;
  open(): Promise<TestBroker>;
}

const real = process.env.REAL_KAFKA;
const topicPrefix = `mercury-test-${process.pid}-`;
let topics = 0;

/** Not used before, also on a broker that others use; a real broker's are deleted in the end. */
export function newTopicName(): string {
  return `${topicPrefix}${Date.now()}-${topics++}`;
}

export const testBrokers: readonly TestBrokerKind[] = [
  { name: 'sandbox', open: openSandbox },
  ...(real === undefined ? [] : [{ name: 'real Kafka', open: async () => openReal(real) }]),
];

function openReal(address: string): TestBroker {
  return {
    address,
    close: async () => {
      const admin = new Admin({ clientId: 'test', bootstrapBrokers: [address] });
      const mine = (await admin.listTopics()).filter((topic) => topic.startsWith(topicPrefix));
      if (mine.length > 0) await admin.deleteTopics({ topics: mine });
      await admin.close();
    },
  };
}

async function openSandbox(): Promise<TestBroker> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mercury-kafka-'));
  const broker = await openBroker({ dataDir, autoCreateTopics: false });
  return {
    address: `${broker.host}:${broker.port}`,
    close: async () => {
      await broker.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The sandbox's broker in a process of its own, to be killed for real and started again on the same data and port. */
export class KillableBroker {
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'mercury-kafka-'));
  #process: ChildProcess | undefined;
  #port = 0;

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const script = `
      import { openBroker } from '#core/sandbox/broker/broker.ts';
      const broker = await openBroker({ dataDir: ${JSON.stringify(this.#dataDir)}, port: ${this.#port} });
      process.stdout.write(broker.port + '\\n');
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = child;
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    this.#port = Number(line);
  }

  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}
