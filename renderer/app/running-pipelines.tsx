/** Every pipeline that is not at rest: its stages in one line, the course of its rate, what stops it. */
import type { PipelineStatus, Stage } from '#core/contract/pipeline.ts';
import { usePipelines } from '../api/live.ts';
import { useRate } from '../api/rates.ts';
import { classes } from '../lib/classes.ts';
import { formatCount, formatMilliseconds, formatRate } from '../lib/format.ts';
import { toHref } from '../lib/location.ts';
import { pipelineRate } from '../lib/pipeline-text.ts';
import { Sparkline } from '../ui/sparkline.tsx';
import { StateChip } from '../ui/state.tsx';

const atRest: readonly PipelineStatus['state'][] = ['stopped', 'finished'];

export function RunningPipelines() {
  const running = usePipelines().filter(({ state }) => !atRest.includes(state));
  if (running.length === 0) {
    return (
      <p className="text-muted">
        No pipeline runs.{' '}
        <a href={toHref('pipelines')} className="rounded-small text-accent hover:underline">
          Start one
        </a>
      </p>
    );
  }
  return (
    <ul className="divide-y divide-line/55">
      {running.map((pipeline) => (
        <RunningPipeline key={pipeline.name} pipeline={pipeline} />
      ))}
    </ul>
  );
}

function RunningPipeline({ pipeline }: { readonly pipeline: PipelineStatus }) {
  const { name, state, error, progress } = pipeline;
  const points = useRate(name, 'written');
  const rate = pipelineRate(pipeline);
  return (
    <li className="flex flex-col gap-2 py-2 first:pt-0.5">
      <div className="flex items-center gap-3">
        <a href={toHref('pipelines', name)} className="min-w-0 truncate rounded-small font-medium hover:text-accent">
          {name}
        </a>
        <StateChip state={state} />
        <span className="figures ml-auto whitespace-nowrap text-data text-muted">
          {progress !== null && progress.lag !== null && `lag ${formatCount(progress.lag)}`}
        </span>
        <Sparkline
          label={`Rows written by ${name} a second, the last two minutes`}
          points={points}
          className="h-5 w-32 shrink-0"
        />
        <span className="figures w-24 whitespace-nowrap text-right">
          {rate === null ? '–' : `${formatRate(rate)} rows/s`}
        </span>
      </div>
      {error === null ? (
        <StageStrip stages={progress?.stages ?? []} name={name} />
      ) : (
        <p className={classes('wrap-anywhere', state === 'failed' ? 'text-bad' : 'text-warn')}>{error.message}</p>
      )}
    </li>
  );
}

function StageStrip({ stages, name }: { readonly stages: readonly Stage[]; readonly name: string }) {
  return (
    <ol aria-label={`Stages of ${name} in short`} className="flex items-center overflow-hidden">
      {stages.map(({ id, title, ratePerSecond, p99Ms, errors }, index) => (
        <li key={id} className={classes('flex min-w-0 items-center', index > 0 && 'flex-1')}>
          {index > 0 && (
            <span className="relative h-px min-w-13 flex-1 bg-accent-line">
              <span className="data absolute inset-x-0 bottom-0.5 truncate text-center text-faint">
                {formatRate(ratePerSecond)}/s
              </span>
            </span>
          )}
          <span
            className={classes(
              'flex min-w-0 max-w-44 flex-col rounded-control border px-2.5 py-1',
              errors > 0n ? 'border-bad/60' : 'border-line-strong',
            )}
          >
            <span className="truncate" title={title}>
              {title}
            </span>
            <span className="data truncate text-muted leading-4!">
              {errors > 0n
                ? `${formatCount(errors)} errors`
                : p99Ms === null
                  ? '–'
                  : `p99 ${formatMilliseconds(p99Ms)}`}
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}
