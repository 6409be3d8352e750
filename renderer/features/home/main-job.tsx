/** The main job: its stages, then the five numbers that say whether it is well. */
import { useState } from 'react';
import type { PipelineStatus } from '#core/contract/pipeline.ts';
import { formatCount, formatDuration, formatMilliseconds, formatRate } from '../../lib/format.ts';
import { toHref } from '../../lib/location.ts';
import { useNow } from '../../lib/now.ts';
import { guaranteeText, pipelineRate, weakestGuarantee } from '../../lib/pipeline-text.ts';
import { Figure, Figures } from '../../ui/figure.tsx';
import { PipelineActions } from '../../ui/pipeline-actions.tsx';
import { PipelineFailure } from '../../ui/pipeline-failure.tsx';
import { PipelineStages, shortUnit } from '../../ui/pipeline-stages.tsx';
import { rowsText, useSinks } from '../../ui/sink-rows.ts';
import { StateChip } from '../../ui/state.tsx';
import { FailurePanel } from '../../ui/states.tsx';

export function MainJob({ job }: { readonly job: PipelineStatus }) {
  const [failure, setFailure] = useState<unknown>();
  const guarantee = weakestGuarantee(job.sinks);
  return (
    <section aria-labelledby="main-job" className="shrink-0 border-line border-b">
      <div className="flex flex-col gap-3 px-4 py-3">
        <div className="flex items-center gap-2.5">
          <h2 id="main-job" className="font-semibold">
            <a href={toHref('pipelines', job.name)} className="rounded-small hover:underline">
              {job.name}
            </a>
          </h2>
          <StateChip state={job.state} announce />
          {guarantee !== undefined && <span className="text-muted">{guaranteeText(guarantee)}</span>}
          <Uptime startedAt={job.startedAt} />
          <div className="ml-auto">
            <PipelineActions pipeline={job} onFailure={setFailure} />
          </div>
        </div>
        {failure !== undefined && <FailurePanel error={failure} title={`${job.name} did not do that`} />}
        <PipelineFailure pipeline={job} />
        <PipelineStages pipeline={job} />
      </div>
      <JobFigures job={job} />
    </section>
  );
}

function Uptime({ startedAt }: { readonly startedAt: number | null }) {
  const now = useNow();
  return startedAt === null ? null : <span className="figures text-faint">for {formatDuration(now - startedAt)}</span>;
}

const dash = '–';
/** What stands in the table, counted: fewer than were written where a key came again. */
function SinkRows({ job }: { readonly job: PipelineStatus }) {
  const [sink] = useSinks(job);
  const text = rowsText(sink);
  if (text === '') return null;
  return sink?.rows == null ? text : `${text} there`;
}

function JobFigures({ job }: { readonly job: PipelineStatus }) {
  const { progress } = job;
  const rate = pipelineRate(job);
  const endToEnd = progress?.endToEnd ?? null;
  const deadLettered = progress?.deadLettered ?? 0n;
  const error = progress?.modelError ?? null;
  return (
    <div className="border-line border-t [&>div]:border-b-0">
      <Figures>
        <Figure label="Records a second" value={rate === null ? dash : formatRate(rate)} note="reach the sink" />
        <Figure
          label="Rows written"
          value={progress === null ? dash : formatCount(progress.written)}
          note={<SinkRows job={job} />}
        />
        <Figure
          label="Lag"
          value={progress === null || progress.lag === null ? dash : formatCount(progress.lag)}
          note="records not yet written"
        />
        <Figure
          label="End to end, p99"
          value={endToEnd === null ? dash : formatMilliseconds(endToEnd.p99Ms)}
          note={endToEnd === null ? undefined : `half within ${formatMilliseconds(endToEnd.p50Ms)}`}
        />
        <Figure
          label="Dead letters"
          value={progress === null ? dash : formatCount(deadLettered)}
          note={
            deadLettered > 0n && (
              <a
                href={toHref('pipelines', job.name, 'dead-letters')}
                className="rounded-small text-accent hover:underline"
              >
                Look at them
              </a>
            )
          }
          {...(deadLettered > 0n ? { tone: 'warn' as const } : {})}
        />
        <Figure
          label="Model’s mean error"
          value={error === null ? dash : error.mean.toFixed(1)}
          {...(error === null ? {} : { unit: shortUnit(error.unit) })}
          note={error === null ? undefined : `over ${formatCount(error.rows)} rows`}
        />
      </Figures>
    </div>
  );
}
