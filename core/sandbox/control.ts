/** The sandbox as the main process sees it: one supervised process, its latest status, its addresses once it is up. */
import { WorkbenchError } from '#core/contract/errors.ts';
import type { ProcessStatus, SandboxStatus } from '#core/contract/live.ts';
import { Caller } from '#core/process/calls.ts';
import type { Fork } from '#core/process/port.ts';
import { Supervisor } from '#core/process/supervisor.ts';
import type { ResolvedConnection } from '#core/workspace/connection.ts';
import { LogRing } from './log-ring.ts';
import type { SandboxApi, SandboxCommand, SandboxEvent, SandboxReport } from './messages.ts';
import type { SandboxAddresses } from './sandbox.ts';
import { wipeSandbox } from './wipe.ts';

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
  readonly #caller: Caller<SandboxApi>;
  readonly #log = new LogRing();
  readonly #options: SandboxControlOptions;
  #latest: SandboxReport | undefined;
  #isResetting = false;
  #lastCrashAt = 0;
  /** Since it was last up, or asked for anew. */
  #hasCrashed = false;
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
      onEvent: (event) => {
        if (event.type === 'answer') this.#caller.settle(event);
        else if (event.type === 'log') this.#log.add(...event.lines);
        else this.#update(event);
      },
      onChange: () => this.#processChanged(),
    });
    this.#caller = new Caller<SandboxApi>((call) => this.#supervisor.send(call));
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

  log(signal: AbortSignal | undefined) {
    return this.#log.watch(signal);
  }

  /** Asks the sandbox's process. Throws why it does not start, when it does not. */
  async call<Method extends keyof SandboxApi>(method: Method, input: Parameters<SandboxApi[Method]>[0]) {
    await this.connectionNow();
    return this.#caller.call(method, input as never);
  }

  /** Deletes everything and starts again; resolves when it is up. Throws `CONFLICT` while another reset is under way. */
  async reset(): Promise<void> {
    if (this.#isResetting) {
      throw new WorkbenchError('CONFLICT', 'the sandbox is being reset', { object: 'sandbox', retryable: true });
    }
    this.#isResetting = true;
    this.#hasCrashed = false;
    this.#forget();
    this.#say('reset: everything in it is deleted');
    try {
      await this.#supervisor.close(closeTimeoutMs);
      await wipeSandbox(this.#options.dataDir);
    } finally {
      this.#isResetting = false;
      this.#supervisor.start();
    }
    await this.#ready.promise;
  }

  #say(text: string, level: 'info' | 'error' = 'info'): void {
    this.#log.add({ at: Date.now(), part: 'sandbox', level, text });
  }

  /** Waits until the sandbox is up. */
  async connection(): Promise<ResolvedConnection> {
    const { kafka, registry, postgres } = await this.#ready.promise;
    return { name: 'sandbox', kafka: { brokers: [kafka] }, registry: { url: registry }, postgres: { url: postgres } };
  }

  /** The same without waiting for a sandbox that can't start: says why instead. */
  async connectionNow(): Promise<ResolvedConnection> {
    const { lastCrash } = this.#supervisor.status;
    if (lastCrash === null || this.#state() !== 'restarting') return this.connection();
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

  #update(event: SandboxReport): void {
    this.#latest = event;
    this.#hasCrashed = false;
    this.#ready.resolve(event.addresses);
    this.#options.onChange();
  }

  /** After a crash the addresses may be others: whoever asks waits for the new ones. */
  #processChanged(): void {
    const { state, lastCrash } = this.#supervisor.status;
    if (lastCrash !== null && lastCrash.at !== this.#lastCrashAt) {
      this.#lastCrashAt = lastCrash.at;
      this.#hasCrashed = true;
      this.#say(`its process ended: ${lastCrash.reason}`, 'error');
    }
    if (state === 'restarting' && this.#latest !== undefined) this.#forget();
    this.#options.onChange();
  }

  #forget(): void {
    const ended = 'the sandbox ended before it answered';
    this.#caller.lost(new WorkbenchError('PROCESS_CRASHED', ended, { object: 'sandbox', retryable: true }));
    if (this.#latest === undefined) return;
    this.#latest = undefined;
    this.#ready = Promise.withResolvers();
  }

  #state(): SandboxStatus['state'] {
    if (this.#latest !== undefined) return 'running';
    if (this.#isResetting) return 'starting';
    if (this.#supervisor.status.state === 'stopped') return 'off';
    return this.#hasCrashed ? 'restarting' : 'starting';
  }
}

function withoutPassword(address: string): string {
  const url = new URL(address);
  url.password = '';
  return url.href;
}
