/**
 * The pipelines of the workspace as the main process sees them: their definitions, which ones run, each in a supervised
 * process of its own. Which ones run is remembered, so that they go on after a restart.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import type { ProcessStatus } from '#core/contract/live.ts';
import type { PipelineDefinition, PipelineFault, PipelineStatus } from '#core/contract/pipeline.ts';
import type { Answer, Call } from '#core/process/calls.ts';
import type { Fork } from '#core/process/port.ts';
import { Supervisor } from '#core/process/supervisor.ts';
import type { ConnectionGuard, ResolvedConnection } from '#core/workspace/connection.ts';
import { readStateFile, writeStateFile } from '#core/workspace/state-file.ts';
import type { Workspace } from '#core/workspace/workspace.ts';
import type { SinkComponent } from './component.ts';
import { parseDefinition } from './definition.ts';
import type { PipelineCommand, PipelineEvent, StatusEvent } from './messages.ts';

const wantedSchema = z.object({ running: z.array(z.string()) });
/** Draining a batch that the database is still writing takes this long at most. */
const closeTimeoutMs = 20_000;

export interface RunsOptions {
  readonly workspace: Workspace;
  readonly sinks: readonly SinkComponent[];
  readonly modelsDir: string;
  readonly fork: Fork;
  /** Waits until the environment is up; asked again at each start of the process. */
  readonly resolveConnection: (name: string) => Promise<ResolvedConnection>;
  /** Running at the very first start, before the user chose anything. */
  readonly initiallyRunning: readonly string[];
  /** Who answers what sinks ask from their process: the owner of the workspace's database. */
  readonly calls: {
    relay(pipeline: string, call: Call): Promise<Answer>;
    /** The process of this pipeline is a new one, or gone. */
    release(pipeline: string): void;
  };
  readonly onChange: () => void;
  readonly log: (line: string) => void;
}

interface Run {
  readonly supervisor: Supervisor<PipelineCommand, PipelineEvent>;
  latest: StatusEvent | undefined;
}

interface Listed {
  readonly file: string;
  readonly text: string;
  readonly definition: PipelineDefinition;
}

export class PipelineRuns {
  readonly #options: RunsOptions;
  readonly #runs = new Map<string, Run>();
  #listed: readonly Listed[] = [];
  #faults: readonly PipelineFault[] = [];
  /** Being reset: not to be started. */
  readonly #held = new Set<string>();
  /** The last start of each that was asked for and not taken back by a stop. */
  readonly #starts = new Map<string, symbol>();

  constructor(options: RunsOptions) {
    this.#options = options;
    this.#reload();
    options.workspace.onChange(() => {
      this.#reload();
      options.onChange();
    });
  }

  /** Starts what ran when the program last ended. */
  resume(): void {
    for (const name of this.#wanted()) {
      if (this.#listed.some(({ definition }) => definition.name === name)) this.#launch(name);
    }
  }

  statuses(): PipelineStatus[] {
    return this.#listed.map((listed) => this.#statusOf(listed));
  }

  processes(): ProcessStatus[] {
    return [...this.#runs.values()].map(({ supervisor }) => supervisor.status);
  }

  source(name: string): { file: string; text: string } {
    const { file, text } = this.#find(name);
    return { file, text };
  }

  definition(name: string): PipelineDefinition {
    return this.#find(name).definition;
  }

  /** Files of the workspace that are no pipeline, and why. */
  faults(): PipelineFault[] {
    return [...this.#faults];
  }

  async start(name: string): Promise<void> {
    this.#find(name);
    const start = Symbol(name);
    this.#starts.set(name, start);
    await this.#endIfOver(name);
    // Meanwhile a reset may have begun, or a stop have been the last word.
    if (this.#held.has(name)) throw busy(name, 'it is being reset');
    if (this.#starts.get(name) !== start) return;
    this.#remember([...new Set([...this.#wanted(), name])]);
    this.#launch(name);
  }

  /** Does `work` while the pipeline has no process and can't be started. Throws `CONFLICT` when it runs. */
  async whileStopped<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (this.#held.has(name)) throw busy(name, 'it is being reset');
    this.#held.add(name);
    try {
      await this.#endIfOver(name);
      if (this.#runs.get(name)?.supervisor.isRunning === true) throw busy(name, 'it runs');
      return await work();
    } finally {
      this.#held.delete(name);
    }
  }

  /** A run that has failed or finished keeps its process, which would be taken for a running one; so would one that stops. */
  async #endIfOver(name: string): Promise<void> {
    const run = this.#runs.get(name);
    const isStopping = run?.supervisor.status.state === 'stopping';
    if (!isStopping && run?.latest?.state !== 'failed' && run?.latest?.state !== 'finished') return;
    await run.supervisor.close(closeTimeoutMs);
  }

  async stop(name: string): Promise<void> {
    this.#find(name);
    this.#starts.delete(name);
    this.#remember(this.#wanted().filter((other) => other !== name));
    const run = this.#runs.get(name);
    await run?.supervisor.close(closeTimeoutMs);
    if (this.#runs.get(name) === run) this.#runs.delete(name);
    this.#options.onChange();
  }

  /** For those that run on this connection: whether they may write to its Kafka. */
  setGuard(connection: string, guard: ConnectionGuard): void {
    for (const { definition } of this.#listed) {
      if (definition.connection === connection)
        this.#runs.get(definition.name)?.supervisor.send({ type: 'guard', guard });
    }
  }

  /** Drains all of them; what is wanted to run stays remembered. */
  async close(): Promise<void> {
    await Promise.all([...this.#runs.values()].map(({ supervisor }) => supervisor.close(closeTimeoutMs)));
  }

  #launch(name: string): void {
    const old = this.#runs.get(name);
    if (old?.supervisor.isRunning === true) return;
    const run: Run = { latest: undefined, supervisor: this.#supervise(name) };
    this.#runs.set(name, run);
    run.supervisor.start();
  }

  #supervise(name: string): Supervisor<PipelineCommand, PipelineEvent> {
    const { fork, calls, onChange, log, modelsDir, resolveConnection } = this.#options;
    return new Supervisor<PipelineCommand, PipelineEvent>({
      name: `pipeline ${name}`,
      entry: 'pipeline',
      fork,
      onChange,
      log,
      firstCommand: async () => {
        calls.release(name);
        const { definition } = this.#find(name);
        return { type: 'run', definition, modelsDir, connection: await resolveConnection(definition.connection) };
      },
      onEvent: (event) => {
        const run = this.#runs.get(name);
        if (event.type === 'call') void this.#relay(name, event);
        else {
          if (run !== undefined) run.latest = event;
          onChange();
        }
      },
    });
  }

  /** The process that asked may be gone by then: another one numbers its calls from 1 again. */
  async #relay(name: string, call: Call): Promise<void> {
    const supervisor = this.#runs.get(name)?.supervisor;
    const pid = supervisor?.status.pid;
    const answer = await this.#options.calls.relay(name, call);
    if (supervisor?.status.pid === pid) supervisor?.send(answer);
  }

  #statusOf({ file, definition }: Listed): PipelineStatus {
    const run = this.#runs.get(definition.name);
    const process = run?.supervisor.status;
    const isUp = process?.state === 'running' && run?.latest !== undefined;
    const crash = process?.state === 'restarting' ? process.lastCrash : null;
    return {
      name: definition.name,
      file,
      topic: definition.source.topic,
      model: definition.model?.name ?? null,
      sinks: definition.sinks.map((sink) => this.#describeSink(sink)),
      startedAt: process?.startedAt ?? null,
      progress: run?.latest?.progress ?? null,
      state: isUp ? run.latest!.state : stateOf(process),
      error: isUp ? run.latest!.error : crash && { code: 'PROCESS_CRASHED', message: crash.reason, retryable: true },
    };
  }

  #describeSink(sink: PipelineDefinition['sinks'][number]): PipelineStatus['sinks'][number] {
    const component = this.#options.sinks.find(({ type }) => type === sink.type);
    const spec = component?.spec.safeParse(sink);
    if (component === undefined || spec?.success !== true) {
      return { type: sink.type, title: sink.type, guarantee: 'at-least-once' };
    }
    return { type: sink.type, title: component.describe(spec.data), guarantee: component.guarantee };
  }

  #find(name: string): Listed {
    const found = this.#listed.find(({ definition }) => definition.name === name);
    if (found !== undefined) return found;
    throw new WorkbenchError('NOT_FOUND', `there is no pipeline ${name} in the workspace`, { object: name });
  }

  /** A file that is no valid pipeline is a fault; the last good form of it stays. */
  #reload(): void {
    const { workspace, log } = this.#options;
    const listed: Listed[] = [];
    const faults: PipelineFault[] = [];
    for (const file of workspace.pipelineFiles()) {
      const last = this.#listed.find((other) => other.file === file);
      try {
        const read = this.#read(file);
        const twin = listed.find(({ definition }) => definition.name === read.definition.name);
        if (twin !== undefined) throw sameName(file, twin);
        listed.push(read);
      } catch (error) {
        const data = toErrorData(error);
        log(data.message);
        const isListed =
          last !== undefined && listed.every(({ definition }) => definition.name !== last.definition.name);
        if (isListed) listed.push(last);
        faults.push({ file, error: data, pipeline: isListed ? last.definition.name : null });
      }
    }
    this.#listed = listed;
    this.#faults = faults;
  }

  #read(file: string): Listed {
    const { workspace } = this.#options;
    const text = workspace.read(file);
    return { file, text, definition: parseDefinition(text, file) };
  }

  #wanted(): readonly string[] {
    return readStateFile(this.#stateFile, wantedSchema)?.running ?? this.#options.initiallyRunning;
  }

  #remember(running: readonly string[]): void {
    writeStateFile(this.#stateFile, { running });
  }

  get #stateFile(): string {
    return join(this.#options.workspace.stateDir, 'pipelines.json');
  }
}

function busy(name: string, why: string): WorkbenchError {
  return new WorkbenchError('CONFLICT', `${name} can’t be changed now: ${why}`, {
    object: name,
    nextStep: why === 'it runs' ? 'Stop it first.' : 'Wait until that is done.',
  });
}

function sameName(file: string, { file: first, definition }: Listed): WorkbenchError {
  return new WorkbenchError(
    'WORKSPACE_INVALID',
    `${file} has the name ${definition.name}, which ${first} has already`,
    {
      object: file,
      nextStep: 'Give one of them another `name:`; offsets are kept by it.',
    },
  );
}

function stateOf(process: ProcessStatus | undefined): PipelineStatus['state'] {
  switch (process?.state) {
    case 'starting':
    case 'running':
      return 'starting';
    case 'restarting':
      return 'retrying';
    case 'stopping':
      return 'stopping';
    default:
      return 'stopped';
  }
}
