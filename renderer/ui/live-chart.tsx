/**
 * Numbers over the last two minutes: one point a second, now at the right. Hovering reads a point off, in all charts at once.
 *
 * Drawn by uPlot, which is loaded when the first chart is shown; screen readers get the numbers in a sentence.
 */
import { useEffect, useId, useRef, useState } from 'react';
import { useIsDark } from '../lib/dark.ts';
import type { PlotHandle, PlotReading } from './live-plot.ts';

export interface ChartSeries {
  readonly name: string;
  /** Oldest first; null where nothing was measured. */
  readonly points: readonly (number | null)[];
}

interface LiveChartProps {
  readonly label: string;
  readonly series: readonly ChartSeries[];
  /** The number with its unit: `12 345/s`. */
  readonly format: (value: number) => string;
  /** The scale of a number near zero, so that one row a second does not look like a storm. */
  readonly lowestTop?: number;
  readonly syncKey?: string;
}

/** In the order of the series; safe for the colour-blind. */
const colors = ['--accent', '--type-number', '--type-bytes', '--type-boolean'] as const;

export function LiveChart({ label, series, format, lowestTop = 10, syncKey = 'live' }: LiveChartProps) {
  const [reading, setReading] = useState<PlotReading>();
  const id = useId();
  const plot = usePlot(series, lowestTop, syncKey, setReading);
  const isEmpty = series.every(({ points }) => points.every((point) => point === null));
  return (
    <figure aria-labelledby={id} className="flex min-h-0 flex-1 flex-col">
      <figcaption id={id} className="sr-only">
        {summaryOf(label, series, format)}
      </figcaption>
      {series.length > 1 && <Legend series={series} />}
      <div aria-hidden className="relative min-h-0 flex-1">
        <div ref={plot} className="absolute inset-0" />
        {isEmpty && <p className="absolute inset-0 grid place-items-center pb-[6%] text-faint">Measured from now on</p>}
        {reading !== undefined && !isEmpty && <Reading reading={reading} series={series} format={format} />}
      </div>
      <div aria-hidden className="flex h-4 justify-between pl-14 text-faint text-small">
        <span>2 min ago</span>
        <span>1 min</span>
        <span>now</span>
      </div>
    </figure>
  );
}

/** The element to draw into. */
function usePlot(
  series: readonly ChartSeries[],
  lowestTop: number,
  syncKey: string,
  onRead: (reading: PlotReading | undefined) => void,
) {
  const element = useRef<HTMLDivElement>(null);
  const handle = useRef<PlotHandle>(undefined);
  const latest = useRef(series);
  latest.current = series;
  const count = series.length;
  useEffect(() => {
    let isClosed = false;
    // Without the chart the sentence for screen readers and the figures beside it stay.
    void import('./live-plot.ts').then(({ openPlot }) => {
      if (isClosed || element.current === null) return;
      handle.current = openPlot(element.current, { colors: colors.slice(0, count), lowestTop, syncKey, onRead });
      handle.current.setPoints(latest.current.map(({ points }) => points));
    });
    return () => {
      isClosed = true;
      handle.current?.close();
      handle.current = undefined;
    };
  }, [count, lowestTop, syncKey, onRead]);
  useEffect(() => handle.current?.setPoints(series.map(({ points }) => points)), [series]);
  const isDark = useIsDark();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each theme
  useEffect(() => handle.current?.recolor(), [isDark]);
  return element;
}

function Legend({ series }: { readonly series: readonly ChartSeries[] }) {
  return (
    <ul aria-hidden className="flex gap-4 pb-1 pl-14 text-data text-muted">
      {series.map(({ name }, index) => (
        <li key={name} className="flex items-center gap-1.5">
          <span
            className={`w-4 border-t-2 ${index === 0 ? '' : index % 2 === 1 ? 'border-dashed' : 'border-dotted'}`}
            style={{ borderColor: `var(${colors[index] ?? '--accent'})` }}
          />
          {name}
        </li>
      ))}
    </ul>
  );
}

interface ReadingProps {
  readonly reading: PlotReading;
  readonly series: readonly ChartSeries[];
  readonly format: (value: number) => string;
}

function Reading({ reading: { index, left }, series, format }: ReadingProps) {
  const ago = (series[0]?.points.length ?? 1) - 1 - index;
  const isRight = ago < (series[0]?.points.length ?? 0) / 2;
  return (
    <p
      className="figures pointer-events-none absolute top-0 z-10 whitespace-nowrap rounded-small border border-line-strong bg-raised px-1.5 text-data"
      style={{ left, transform: isRight ? 'translateX(calc(-100% - 8px))' : 'translateX(8px)' }}
    >
      {series.map(({ name, points }) => (
        <span key={name} className="mr-2">
          {series.length > 1 && `${name} `}
          {valueText(points[index], format)}
        </span>
      ))}
      <span className="text-muted">{ago === 0 ? 'now' : `${ago} s ago`}</span>
    </p>
  );
}

const valueText = (value: number | null | undefined, format: (value: number) => string): string =>
  typeof value === 'number' ? format(value) : 'not measured';

/** Now and the most, for each series. */
function summaryOf(label: string, series: readonly ChartSeries[], format: (value: number) => string): string {
  const parts = series.map(({ name, points }) => {
    const most = Math.max(0, ...points.map((point) => point ?? 0));
    const what = series.length > 1 ? `${name} ` : '';
    return `${what}${format(points.at(-1) ?? 0)} now, at most ${format(most)}`;
  });
  return `${label}: ${parts.join('; ')} in two minutes`;
}
