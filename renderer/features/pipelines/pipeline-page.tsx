/** One pipeline: how it is doing at the left, what it is (its YAML) at the right. */
import { useQuery } from '@tanstack/react-query';
import { CircleHelp } from 'lucide-react';
import { useState } from 'react';
import type { PipelineStatus } from '#core/contract/pipeline.ts';
import { queries } from '../../api/client.ts';
import { useHasSnapshot, usePipeline } from '../../api/live.ts';
import { useWrittenRate } from '../../api/written-rate.ts';
import { toHref } from '../../lib/location.ts';
import { guaranteeText } from '../../lib/pipeline-text.ts';
import { PageFrame } from '../../ui/page-frame.tsx';
import { PipelineActions } from '../../ui/pipeline-actions.tsx';
import { PipelineFailure } from '../../ui/pipeline-failure.tsx';
import { PipelineStages } from '../../ui/pipeline-stages.tsx';
import { RateChart } from '../../ui/rate-chart.tsx';
import { Section } from '../../ui/section.tsx';
import { Split } from '../../ui/split.tsx';
import { StateChip } from '../../ui/state.tsx';
import { EmptyState, FailurePanel, LoadingRows } from '../../ui/states.tsx';
import { TextView } from '../../ui/text.tsx';
import { PipelineFigures } from './pipeline-figures.tsx';
import { StageTable } from './stage-table.tsx';

const parent = { title: 'Pipelines', href: toHref('pipelines') };

export function PipelinePage({ name }: { readonly name: string }) {
  const hasSnapshot = useHasSnapshot();
  const pipeline = usePipeline(name);
  const [failure, setFailure] = useState<unknown>();
  if (pipeline === undefined) {
    return (
      <PageFrame title={name} parent={parent}>
        {hasSnapshot ? <Unknown name={name} /> : <LoadingRows label="Reading the pipeline" />}
      </PageFrame>
    );
  }
  return (
    <PageFrame
      title={name}
      parent={parent}
      chips={<StateChip state={pipeline.state} announce />}
      actions={<PipelineActions pipeline={pipeline} onFailure={setFailure} />}
    >
      <Split name="pipeline" label="Definition" defaultWidth={420} aside={<Source name={name} />}>
        <div className="flex h-full flex-col overflow-y-auto">
          {failure !== undefined && (
            <div className="px-4 pt-3">
              <FailurePanel error={failure} title={`${name} did not do that`} />
            </div>
          )}
          {pipeline.error !== null && (
            <div className="px-4 pt-3">
              <PipelineFailure pipeline={pipeline} />
            </div>
          )}
          <Overview pipeline={pipeline} />
        </div>
      </Split>
    </PageFrame>
  );
}

function Overview({ pipeline }: { readonly pipeline: PipelineStatus }) {
  const points = useWrittenRate(pipeline.name);
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
        <ul>
          {pipeline.sinks.map(({ type, title, guarantee }) => (
            <li key={title} className="flex h-row items-center gap-3 border-line/55 border-b last:border-b-0">
              <span className="min-w-40">{title}</span>
              <span className="text-muted">{type}</span>
              <span className="ml-auto text-muted">{guaranteeText(guarantee)}</span>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

function Unknown({ name }: { readonly name: string }) {
  return (
    <EmptyState
      icon={CircleHelp}
      title={`There is no pipeline ${name}`}
      action={
        <a href={toHref('pipelines')} className="text-accent underline">
          All pipelines
        </a>
      }
    >
      Its file may have been renamed or removed from the folder <code className="data">pipelines/</code> of the
      workspace.
    </EmptyState>
  );
}

function Source({ name }: { readonly name: string }) {
  const { data, error, refetch } = useQuery(queries.pipelines.source.queryOptions({ input: { name } }));
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-10 shrink-0 items-center border-line border-b px-3.5">
        <h2 className="truncate font-semibold">Definition</h2>
        {data !== undefined && (
          <span className="data ml-auto truncate pl-3 text-faint" title={data.file}>
            {data.file}
          </span>
        )}
      </div>
      <div className="min-h-0 flex-1">
        {error !== null ? (
          <div className="p-3">
            <FailurePanel error={error} title="Reading the definition failed" onRetry={() => void refetch()} />
          </div>
        ) : data === undefined ? (
          <LoadingRows label="Reading the definition" />
        ) : (
          <TextView label={`Definition of ${name}`} text={data.text} />
        )}
      </div>
    </div>
  );
}
