/** What has become of the records: read = written + deleted + put aside, once all is committed. */
import type { PipelineStatus } from '#core/contract/pipeline.ts';
import { formatCount, formatMilliseconds } from '../../lib/format.ts';
import { toHref } from '../../lib/location.ts';
import { Figure, Figures } from '../../ui/figure.tsx';
import { shortUnit } from '../../ui/pipeline-stages.tsx';

const dash = '–';

export function PipelineFigures({ pipeline: { name, progress } }: { readonly pipeline: PipelineStatus }) {
  const count = (value: bigint | null | undefined): string => (value == null ? dash : formatCount(value));
  const deadLettered = progress?.deadLettered ?? 0n;
  const error = progress?.modelError ?? null;
  const endToEnd = progress?.endToEnd ?? null;
  return (
    <div className="shrink-0 border-line border-t">
      <Figures>
        <Figure label="Read" value={count(progress?.read)} />
        <Figure
          label="Written"
          value={count(progress?.written)}
          note={progress === null ? undefined : `${formatCount(progress.deleted)} deleted`}
        />
        <Figure
          label="Dead letters"
          value={count(progress?.deadLettered)}
          note={
            deadLettered > 0n && (
              <a href={toHref('pipelines', name, 'dead-letters')} className="rounded-small text-accent hover:underline">
                Look at them
              </a>
            )
          }
          {...(deadLettered > 0n ? { tone: 'warn' as const } : {})}
        />
        <Figure label="Lag" value={count(progress?.lag)} />
        <Figure
          label="End to end, p99"
          value={endToEnd === null ? dash : formatMilliseconds(endToEnd.p99Ms)}
          note={endToEnd === null ? undefined : `half within ${formatMilliseconds(endToEnd.p50Ms)}`}
        />
        {error !== null && (
          <Figure
            label="Mean error"
            value={error.mean.toFixed(1)}
            unit={shortUnit(error.unit)}
            note={`over ${formatCount(error.rows)} rows`}
          />
        )}
      </Figures>
    </div>
  );
}
