/** Why a pipeline waits, retries or failed, in the words of its state. Nothing while it is well. */
import type { PipelineStatus } from '#core/contract/pipeline.ts';
import { FailurePanel } from './states.tsx';

export function PipelineFailure({ pipeline }: { readonly pipeline: Pick<PipelineStatus, 'state' | 'error'> }) {
  const { state, error } = pipeline;
  if (error === null) return null;
  if (state === 'waiting') return <FailurePanel error={error} title="Waiting: goes on by itself" tone="accent" />;
  if (state === 'failed' || state === 'stopped') return <FailurePanel error={error} title="The pipeline failed" />;
  return <FailurePanel error={error} title="Trying again by itself: nothing is lost" tone="warn" />;
}
