import { useRate } from '../../api/rates.ts';
import { formatRate } from '../../lib/format.ts';
import { RateChart } from '../../ui/rate-chart.tsx';
import { Section } from '../../ui/section.tsx';

export function RowsWritten({ pipeline }: { readonly pipeline: string }) {
  const points = useRate(pipeline, 'written');
  const now = points.at(-1) ?? null;
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
