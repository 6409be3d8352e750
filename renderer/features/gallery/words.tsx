import { Inbox } from 'lucide-react';
import type { pipelineStates } from '#core/contract/pipeline.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { Progress } from '../../ui/progress.tsx';
import { StateChip } from '../../ui/state.tsx';
import { EmptyState, FailurePanel, LoadingRows } from '../../ui/states.tsx';
import { Specimen } from './specimen.tsx';

const failure = {
  code: 'KAFKA_UNREACHABLE',
  message: 'no broker answers at 127.0.0.1:9092',
  object: '127.0.0.1:9092',
  nextStep: 'Look whether the sandbox runs.',
  retryable: true,
} as const;

const states = [
  'stopped',
  'starting',
  'running',
  'retrying',
  'failed',
] as const satisfies readonly (typeof pipelineStates)[number][];

export function Words() {
  return (
    <>
      <Specimen name="States and facts">
        {states.map((state) => (
          <StateChip key={state} state={state} />
        ))}
        <Chip>4 partitions</Chip>
        <Chip tone="warn">production</Chip>
        <Progress label="A third" done={0.33} className="w-40" />
        <Progress label="Unknown" done={null} className="w-40" />
      </Specimen>
      <Specimen name="Empty, loading, failed" className="grid grid-cols-2 gap-4 max-[900px]:grid-cols-1">
        <EmptyState icon={Inbox} title="No records in orders" action={<Button>Produce one</Button>}>
          What a program writes to this topic appears here.
        </EmptyState>
        <LoadingRows label="Reading the newest records" rows={4} />
        <FailurePanel error={failure} title="Reading the topics failed" onRetry={() => {}} />
        <FailurePanel error={failure} title="Trying again by itself" tone="warn" />
      </Specimen>
    </>
  );
}
