/**
 * The main process's side of `analytics`, which owns the workspace's database: started when it is first needed, started
 * again when it dies. Whoever waits for it then is told so at once.
 */
import { WorkbenchError } from '#core/contract/errors.ts';
import type { ProcessStatus } from '#core/contract/live.ts';
import { type Answer, type Call, Caller } from '#core/process/calls.ts';
import type { Fork } from '#core/process/port.ts';
import { Supervisor } from '#core/process/supervisor.ts';
import type { SinkApi } from '#core/sinks/duckdb/messages.ts';
import type { AnalyticsApi, AnalyticsCommand, AnalyticsEvent } from './messages.ts';
import { SqlService } from './service.ts';

export interface AnalyticsOptions {
  readonly fork: Fork;
  readonly file: string;
  readonly onChange: () => void;
  readonly log: (line: string) => void;
}

/** A batch on its way to the disk may take this long. */
const closeTimeoutMs = 15_000;

/** DuckDB runs each statement on a thread of libuv: with its usual four, four long queries would stop everything else. */
const environment = { UV_THREADPOOL_SIZE: '16' };

export class Analytics {
  readonly sql: SqlService;
  readonly #supervisor: Supervisor<AnalyticsCommand, AnalyticsEvent>;
  readonly #caller: Caller<AnalyticsApi>;
  #isClosed = false;

  constructor({ fork, file, onChange, log }: AnalyticsOptions) {
    this.#supervisor = new Supervisor<AnalyticsCommand, AnalyticsEvent>({
      name: 'analytics',
      entry: 'analytics',
      environment,
      fork,
      firstCommand: () => ({ type: 'open', file }),
      onEvent: (event) => {
        if (event.type === 'answer') this.#caller.settle(event);
        else this.sql.onStatus(event.status);
      },
      onChange: () => {
        const { pid } = this.#supervisor.status;
        if (pid === null) this.#lost();
        onChange();
      },
      log,
    });
    this.#caller = new Caller<AnalyticsApi>((call) => this.#supervisor.send(call));
    this.sql = new SqlService({
      start: (request) => this.#call('start', request),
      page: (request) => this.#call('page', request),
      cancel: (queryId) => this.#call('cancel', queryId),
      tables: () => this.#call('tables', undefined),
    });
  }

  /** For the list of processes; undefined until it was first needed. */
  process(): ProcessStatus | undefined {
    const { status } = this.#supervisor;
    return status.state === 'stopped' && status.restarts === 0 ? undefined : status;
  }

  /** A call of the process called `client`, handed on. */
  async relay(client: string, call: Call): Promise<Answer> {
    try {
      return await this.#call('sink', { client, call });
    } catch (error) {
      const known = error instanceof WorkbenchError ? error : crashed(undefined);
      return { type: 'answer', id: call.id, error: known.toData() };
    }
  }

  /** For sinks of this process: they look and reset, and run nowhere near here. */
  sinkCaller(client = 'workbench'): Caller<SinkApi> {
    const caller = new Caller<SinkApi>((call) => {
      void this.relay(client, call).then((given) => caller.settle(given));
    });
    return caller;
  }

  /** What `client` had open is closed: its process ended. */
  release(client: string): void {
    if (this.#supervisor.status.pid !== null) void this.#caller.call('release', { client }).catch(() => {});
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#supervisor.close(closeTimeoutMs);
  }

  readonly #call: Caller<AnalyticsApi>['call'] = (method, input) => {
    if (!this.#isClosed) this.#supervisor.start();
    if (this.#supervisor.status.pid === null) return Promise.reject(this.#crash());
    return this.#caller.call(method, input);
  };

  #lost(): void {
    this.#caller.lost(this.#crash());
    this.sql.lost(this.#crash());
  }

  #crash(): WorkbenchError {
    return crashed(this.#supervisor.status.lastCrash?.reason);
  }
}

function crashed(reason: string | undefined): WorkbenchError {
  const how = reason === undefined ? '' : ` (${reason})`;
  return new WorkbenchError(
    'PROCESS_CRASHED',
    `The process that owns the database ended${how}; it is being started again.`,
    {
      object: 'analytics',
      nextStep: 'Run the query again: all that was committed is in the database.',
      retryable: true,
    },
  );
}
