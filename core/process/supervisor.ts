/**
 * Keeps one child process alive: starts it, starts it again with back-off when it dies, says why it died, ends it when
 * asked. Nothing of the domain: what the child does is between its commands and events.
 */
import { toErrorData } from '#core/contract/errors.ts';
import type { ProcessState, ProcessStatus } from '#core/contract/live.ts';
import { backOffMs } from './back-off.ts';
import { type ChildHandle, type Exit, exitText, type Fork, isHouseMessage } from './port.ts';

/** A child that lived this long has recovered: the next crash starts at the shortest delay again. */
const recoveredAfterMs = 30_000;
const keptErrorLines = 5;

export interface SupervisorOptions<Command, Event> {
  /** Shown to the user: `pipeline flights-to-postgres`. */
  readonly name: string;
  /** Which file of `children/` it runs. */
  readonly entry: string;
  /** Variables that must be set before the child's first line runs. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly fork: Fork;
  /** Sent first on each start, again after each crash: what the child needs to go on by itself. */
  readonly firstCommand: () => Command | Promise<Command>;
  readonly onEvent: (event: Event) => void;
  /** The status changed: state, pid, restarts or memory. */
  readonly onChange: () => void;
  readonly log: (line: string) => void;
}

export class Supervisor<Command, Event> {
  readonly #options: SupervisorOptions<Command, Event>;
  #child: ChildHandle | undefined;
  #state: ProcessState = 'stopped';
  #startedAt: number | null = null;
  #restarts = 0;
  #failuresInARow = 0;
  #lastCrash: ProcessStatus['lastCrash'] = null;
  #residentBytes: number | null = null;
  #reason: string | undefined;
  #errorLines: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #ended = Promise.withResolvers<void>();

  constructor(options: SupervisorOptions<Command, Event>) {
    this.#options = options;
  }

  get status(): ProcessStatus {
    return {
      name: this.#options.name,
      pid: this.#child?.pid ?? null,
      state: this.#state,
      startedAt: this.#startedAt,
      restarts: this.#restarts,
      lastCrash: this.#lastCrash,
      residentBytes: this.#residentBytes,
    };
  }

  get isRunning(): boolean {
    return this.#child !== undefined || this.#timer !== undefined;
  }

  start(): void {
    if (this.isRunning) return;
    this.#failuresInARow = 0;
    this.#spawn();
  }

  /** Messages sent while the child is down are dropped: `firstCommand` must carry what it needs to know. */
  send(command: Command): void {
    this.#child?.send(command);
  }

  /** Asks the child to drain and end; after `timeoutMs` it is killed. Resolves when it is gone. */
  async close(timeoutMs = 10_000): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#child === undefined) {
      this.#become('stopped');
      return;
    }
    this.#become('stopping');
    this.#child.send({ type: '$close' });
    const deadline = setTimeout(() => this.#child?.kill(), timeoutMs);
    await this.#ended.promise;
    clearTimeout(deadline);
  }

  #spawn(): void {
    this.#timer = undefined;
    this.#ended = Promise.withResolvers();
    this.#reason = undefined;
    this.#errorLines = [];
    const child = this.#options.fork(this.#options.entry, this.#options.environment);
    this.#child = child;
    this.#startedAt = Date.now();
    child.onMessage((message) => this.#receive(message));
    child.onErrorLine((line) => this.#keepErrorLine(line));
    child.onExit((exit) => this.#exited(exit));
    this.#become('starting');
    void this.#sendFirst(child);
  }

  /** A child that was told to close, or died, while its command was looked for gets none. */
  async #sendFirst(child: ChildHandle): Promise<void> {
    const isWanted = (): boolean => this.#child === child && this.#state !== 'stopping';
    try {
      const command = await this.#options.firstCommand();
      if (isWanted()) child.send(command);
    } catch (error) {
      if (!isWanted()) return;
      this.#reason = toErrorData(error).message;
      child.kill();
    }
  }

  #receive(message: unknown): void {
    if (this.#state === 'starting') this.#become('running');
    if (!isHouseMessage(message)) this.#options.onEvent(message as Event);
    else if (message.type === '$log') this.#options.log(`${this.#options.name}: ${message.line}`);
    else if (message.type === '$crash') this.#reason = message.reason;
    else if (message.type === '$vitals') {
      this.#residentBytes = message.residentBytes;
      this.#options.onChange();
    }
  }

  #keepErrorLine(line: string): void {
    this.#errorLines.push(line);
    if (this.#errorLines.length > keptErrorLines) this.#errorLines.shift();
    this.#options.log(`${this.#options.name}: ${line}`);
  }

  #exited(exit: Exit): void {
    const wasStopping = this.#state === 'stopping';
    this.#child = undefined;
    this.#residentBytes = null;
    if (wasStopping) this.#become('stopped');
    else this.#scheduleRestart(exit);
    this.#ended.resolve();
  }

  #scheduleRestart(exit: Exit): void {
    const livedMs = Date.now() - (this.#startedAt ?? 0);
    this.#failuresInARow = livedMs > recoveredAfterMs ? 1 : this.#failuresInARow + 1;
    this.#restarts += 1;
    const reason = this.#reason ?? exitReason(exit, this.#errorLines);
    const delayMs = backOffMs(this.#failuresInARow);
    const at = Date.now();
    this.#lastCrash = { at, reason, restartsAt: at + delayMs };
    this.#options.log(`${this.#options.name} ended (${reason}); starting it again in ${delayMs} ms`);
    this.#timer = setTimeout(() => this.#spawn(), delayMs);
    this.#become('restarting');
  }

  #become(state: ProcessState): void {
    if (state === 'stopped') this.#startedAt = null;
    this.#state = state;
    this.#options.onChange();
  }
}

function exitReason(exit: Exit, errorLines: readonly string[]): string {
  const lastLine = errorLines.findLast((line) => line.trim() !== '');
  return lastLine === undefined ? exitText(exit) : `${exitText(exit)}: ${lastLine.trim()}`;
}
