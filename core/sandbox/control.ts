/** The sandbox as the main process sees it: one supervised process, its latest status, its addresses once it is up. */
import { implement } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { ProcessStatus, SandboxStatus } from '#core/contract/live.ts';
import type { Fork } from '#core/process/port.ts';
import { Supervisor } from '#core/process/supervisor.ts';
import type { ResolvedConnection } from '#core/workspace/connection.ts';
import type { SandboxCommand, SandboxEvent } from './messages.ts';
import type { SandboxAddresses } from './sandbox.ts';

/** Postgres needs a moment to write its last checkpoint. */
const closeTimeoutMs = 15_000;

export interface SandboxControlOptions {
  readonly fork: Fork;
  readonly dataDir: string;
  readonly cacheDir: string;
  readonly feedRatePerSecond: number;
  readonly onChange: () => void;
  readonly log: (line: string) => void;
}

export class SandboxControl {
  readonly #supervisor: Supervisor<SandboxCommand, SandboxEvent>;
  readonly #options: SandboxControlOptions;
  #latest: SandboxEvent | undefined;
  #ready = Promise.withResolvers<SandboxAddresses>();
  #feedRatePerSecond: number;

  constructor(options: SandboxControlOptions) {
    this.#options = options;
    this.#feedRatePerSecond = options.feedRatePerSecond;
    this.#supervisor = new Supervisor({
      name: 'sandbox',
      entry: 'sandbox',
      fork: options.fork,
      log: options.log,
      firstCommand: () => this.#openCommand(),
      onEvent: (event) => this.#update(event),
      onChange: () => this.#processChanged(),
    });
  }

  start(): void {
    this.#supervisor.start();
  }

  close(): Promise<void> {
    return this.#supervisor.close(closeTimeoutMs);
  }

  process(): ProcessStatus {
    return this.#supervisor.status;
  }

  status(): SandboxStatus {
    const { addresses, feed = null, diskBytes = null } = this.#latest ?? {};
    return {
      state: this.#state(),
      kafka: addresses?.kafka ?? null,
      registry: addresses?.registry ?? null,
      postgres: addresses === undefined ? null : withoutPassword(addresses.postgres),
      dataDir: this.#options.dataDir,
      diskBytes,
      feed,
    };
  }

  setFeedRate(ratePerSecond: number): void {
    this.#feedRatePerSecond = ratePerSecond;
    this.#supervisor.send({ type: 'set feed rate', ratePerSecond });
  }

  /** Waits until the sandbox is up. */
  async connection(): Promise<ResolvedConnection> {
    const { kafka, registry, postgres } = await this.#ready.promise;
    return { name: 'sandbox', kafka: { brokers: [kafka] }, registry: { url: registry }, postgres: { url: postgres } };
  }

  /** The same without waiting for a sandbox that can't start: says why instead. */
  async connectionNow(): Promise<ResolvedConnection> {
    const { state, lastCrash } = this.#supervisor.status;
    if (this.#latest !== undefined || lastCrash === null || state !== 'restarting') return this.connection();
    throw new WorkbenchError('KAFKA_UNREACHABLE', `the sandbox does not start: ${lastCrash.reason}`, {
      object: 'sandbox',
      nextStep: 'It is tried again by itself; Home shows its process and why it ended.',
      retryable: true,
    });
  }

  #openCommand(): SandboxCommand {
    const { dataDir, cacheDir } = this.#options;
    return { type: 'open', dataDir, cacheDir, ports: {}, feedRatePerSecond: this.#feedRatePerSecond };
  }

  #update(event: SandboxEvent): void {
    this.#latest = event;
    this.#ready.resolve(event.addresses);
    this.#options.onChange();
  }

  /** After a crash the addresses may be others: whoever asks waits for the new ones. */
  #processChanged(): void {
    if (this.#supervisor.status.state === 'restarting' && this.#latest !== undefined) {
      this.#latest = undefined;
      this.#ready = Promise.withResolvers();
    }
    this.#options.onChange();
  }

  #state(): SandboxStatus['state'] {
    if (this.#latest !== undefined) return 'running';
    const { state } = this.#supervisor.status;
    return state === 'stopped' ? 'off' : state === 'failed' ? 'failed' : 'starting';
  }
}

function withoutPassword(address: string): string {
  const url = new URL(address);
  url.password = '';
  return url.href;
}

const os = implement(contract.sandbox);

export function sandboxApi(sandbox: SandboxControl) {
  return { setFeedRate: os.setFeedRate.handler(({ input }) => sandbox.setFeedRate(input.ratePerSecond)) };
}
