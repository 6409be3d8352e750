/** Start and Stop of a pipeline, whichever makes sense in its state; a refusal is shown by the caller (`onFailure`). */
import { useMutation } from '@tanstack/react-query';
import { Play, Square } from 'lucide-react';
import type { PipelineStatus } from '#core/contract/pipeline.ts';
import { startPipeline, stopPipeline } from './actions.ts';
import { Button } from './button.tsx';

interface PipelineActionsProps {
  readonly pipeline: Pick<PipelineStatus, 'name' | 'state'>;
  /** Undefined once the next try is under way. */
  readonly onFailure: (error: unknown) => void;
}

export function PipelineActions({ pipeline: { name, state }, onFailure }: PipelineActionsProps) {
  const handlers = { onMutate: () => onFailure(undefined), onError: onFailure };
  const start = useMutation({ mutationFn: startPipeline, ...handlers });
  const stop = useMutation({ mutationFn: stopPipeline, ...handlers });
  const canStart = state === 'stopped' || state === 'failed' || state === 'finished';
  // aria-disabled, not disabled: the focus of a keyboard user stays where it is.
  const isBusy = start.isPending || stop.isPending || state === 'stopping';
  if (canStart) {
    return (
      <Button look="primary" icon={Play} aria-disabled={isBusy} onClick={() => !isBusy && start.mutate(name)}>
        Start
      </Button>
    );
  }
  return (
    <Button icon={Square} aria-disabled={isBusy} onClick={() => !isBusy && stop.mutate(name)}>
      {isBusy ? 'Stopping' : 'Stop'}
    </Button>
  );
}
