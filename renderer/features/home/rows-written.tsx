import type { PipelineStatus } from '#core/contract/pipeline.ts';
import { useRate } from '../../api/rates.ts';
import { formatRate } from '../../lib/format.ts';
import { pipelineRate } from '../../lib/pipeline-text.ts';
import { RateChart } from '../../ui/rate-chart.tsx';
import { Section } from '../../ui/section.tsx';

export function RowsWritten({ job }: { readonly job: PipelineStatus }) {
  const points = useRate(job.name, 'written');
  const now = pipelineRate(job);
  return (
    <Section
      title="Rows written a second"
      aside={now !== null && <span className="figures">{formatRate(now)}/s now</span>}
      className="flex min-h-52 flex-1 flex-col"
    >
      <RateChart label="Rows written a second" points={points} />
    </Section>
  );
}
