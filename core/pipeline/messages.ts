/** What the main process and a pipeline's own process say to each other. */
import type { ErrorData } from '#core/contract/errors.ts';
import type { PipelineDefinition, PipelineProgress, PipelineState } from '#core/contract/pipeline.ts';
import type { ResolvedConnection } from '#core/workspace/connection.ts';

export interface PipelineCommand {
  readonly type: 'run';
  readonly definition: PipelineDefinition;
  readonly connection: ResolvedConnection;
  readonly modelsDir: string;
}

/** Sent when the state changes, else a few times a second while records move. */
export interface PipelineEvent {
  readonly type: 'status';
  readonly state: PipelineState;
  readonly error: ErrorData | null;
  readonly progress: PipelineProgress | null;
}
