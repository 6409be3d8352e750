/** What the main process and a pipeline's own process say to each other. */
import type { ErrorData } from '#core/contract/errors.ts';
import type { PipelineDefinition, PipelineProgress, PipelineState } from '#core/contract/pipeline.ts';
import type { Answer, Call } from '#core/process/calls.ts';
import type { ConnectionGuard, ResolvedConnection } from '#core/workspace/connection.ts';

/** `Answer`: to a call that the pipeline made, see `PipelineEvent`. */
export type PipelineCommand = RunCommand | GuardCommand | Answer;

export interface RunCommand {
  readonly type: 'run';
  readonly definition: PipelineDefinition;
  readonly connection: ResolvedConnection;
  readonly modelsDir: string;
}

/** What its connection lets through has changed. */
export interface GuardCommand {
  readonly type: 'guard';
  readonly guard: ConnectionGuard;
}

/** `Call`: a sink asks the owner of what it writes to, which the main process hands on. */
export type PipelineEvent = StatusEvent | Call;

/** Sent when the state changes, else a few times a second while records move. */
export interface StatusEvent {
  readonly type: 'status';
  readonly state: PipelineState;
  readonly error: ErrorData | null;
  readonly progress: PipelineProgress | null;
}
