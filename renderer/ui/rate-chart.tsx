/** A rate over the last two minutes. */
import { useMemo } from 'react';
import { formatRate } from '../lib/format.ts';
import { LiveChart } from './live-chart.tsx';

interface RateChartProps {
  readonly label: string;
  /** Oldest first; null where nothing was measured. */
  readonly points: readonly (number | null)[];
}

export function RateChart({ label, points }: RateChartProps) {
  const series = useMemo(() => [{ name: label, points }], [label, points]);
  return <LiveChart label={label} series={series} format={formatRate} />;
}
