/** How one pipeline is doing: its stages, what became of the records, its rate, and what stands in its sinks. */
import type { PipelineStatus } from '#core/contract/pipeline.ts';
import { useRate } from '../../api/rates.ts';
import { guaranteeText } from '../../lib/pipeline-text.ts';
import { PipelineStages } from '../../ui/pipeline-stages.tsx';
import { RateChart } from '../../ui/rate-chart.tsx';
import { Section } from '../../ui/section.tsx';
import { rowsText, useSinks } from '../../ui/sink-rows.ts';
import { PipelineFigures } from './pipeline-figures.tsx';
import { StageTable } from './stage-table.tsx';

export function Overview({ pipeline }: { readonly pipeline: PipelineStatus }) {
  const points = useRate(pipeline.name, 'written');
  return (
    <>
      <div className="px-4 py-4">
        <PipelineStages pipeline={pipeline} />
      </div>
      <PipelineFigures pipeline={pipeline} />
      <Section title="Rows written a second" className="flex h-52 shrink-0 flex-col border-line border-b">
        <RateChart label="Rows written a second" points={points} />
      </Section>
      <Section title="Stages" className="border-line border-b">
        <StageTable stages={pipeline.progress?.stages ?? []} />
      </Section>
      <Section title="Sinks">
        <Sinks pipeline={pipeline} />
      </Section>
    </>
  );
}

function Sinks({ pipeline }: { readonly pipeline: PipelineStatus }) {
  const states = useSinks(pipeline);
  return (
    <ul>
      {pipeline.sinks.map(({ type, title, guarantee }, index) => (
        <li key={title} className="flex h-row items-center gap-3 border-line/55 border-b last:border-b-0">
          <span className="min-w-40">{title}</span>
          <span className="text-muted">{type}</span>
          <span className="figures ml-auto truncate" title={states[index]?.error ?? undefined}>
            {rowsText(states[index])}
          </span>
          <span className="text-muted">{guaranteeText(guarantee)}</span>
        </li>
      ))}
    </ul>
  );
}
