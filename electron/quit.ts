/**
 * The ordered way out: pipelines that run are asked about, then they drain and stop, then the program ends. What ran is
 * remembered by the workbench and goes on at the next start.
 */
interface QuitOptions {
  readonly runningPipelines: () => readonly string[];
  /** Asks the user whether these may be stopped. */
  readonly ask: (pipelines: readonly string[]) => Promise<boolean>;
  /** Drains and closes everything. */
  readonly close: () => Promise<void>;
  /** Ends the program; comes back here as one more request, which is let through. */
  readonly end: () => void;
  readonly log: (line: string) => void;
}

type Phase = 'open' | 'asking' | 'closing' | 'closed';

export class Quit {
  readonly #options: QuitOptions;
  #phase: Phase = 'open';

  constructor(options: QuitOptions) {
    this.#options = options;
  }

  /** Given to `before-quit` and to the window's `close`: holds the event back until everything is closed. */
  hold(event: { preventDefault(): void }): void {
    if (this.#phase === 'closed') return;
    event.preventDefault();
    void this.#askThenClose();
  }

  /** A signal or the system's shutdown: nobody is there to answer. */
  now(): void {
    if (this.#phase === 'open' || this.#phase === 'asking') void this.#close();
  }

  async #askThenClose(): Promise<void> {
    if (this.#phase !== 'open') return;
    const pipelines = this.#options.runningPipelines();
    this.#phase = 'asking';
    const isAgreed = pipelines.length === 0 || (await this.#options.ask(pipelines));
    if (this.#phase !== 'asking') return;
    if (isAgreed) await this.#close();
    else this.#phase = 'open';
  }

  async #close(): Promise<void> {
    this.#phase = 'closing';
    try {
      await this.#options.close();
    } catch (error) {
      this.#options.log(`closing: ${String(error)}`);
    }
    this.#phase = 'closed';
    this.#options.end();
  }
}
