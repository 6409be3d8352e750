/** A rate over the last two minutes: one point a second, now at the right. Hovering reads a point off. */
import { type PointerEvent, useId, useState } from 'react';
import { formatCount, formatRate } from '../lib/format.ts';

const height = 100;
/** The scale of a rate near zero, so that one row a second does not look like a storm. */
const lowestTop = 10;

interface RateChartProps {
  readonly label: string;
  /** Oldest first; null where nothing was measured. */
  readonly points: readonly (number | null)[];
}

export function RateChart({ label, points }: RateChartProps) {
  const [hovered, setHovered] = useState<number>();
  const top = niceCeiling(Math.max(lowestTop, ...points.map((point) => point ?? 0)));
  const isEmpty = points.every((point) => point === null);
  const id = useId();
  const at = hovered === undefined ? undefined : points[hovered];
  const hover = (event: PointerEvent<HTMLElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setHovered(Math.round(((event.clientX - left) / width) * (points.length - 1)));
  };
  return (
    <figure aria-labelledby={id} className="flex min-h-0 flex-1 gap-2">
      <figcaption id={id} className="sr-only">
        {label}: {formatRate(points.at(-1) ?? 0)} now, at most {formatRate(Math.max(0, ...points.map((p) => p ?? 0)))}{' '}
        in two minutes
      </figcaption>
      <div aria-hidden className="data flex w-12 flex-col justify-between pb-5 text-right text-faint leading-none!">
        <span>{formatCount(top)}</span>
        <span>{formatCount(top / 2)}</span>
        <span>0</span>
      </div>
      <div aria-hidden className="flex min-w-0 flex-1 flex-col">
        <div className="relative min-h-0 flex-1" onPointerMove={hover} onPointerLeave={() => setHovered(undefined)}>
          <Plot points={points} top={top} />
          {isEmpty && (
            <p className="absolute inset-0 grid place-items-center pb-[12%] text-faint">Measured from now on</p>
          )}
          {hovered !== undefined && !isEmpty && <Reading index={hovered} count={points.length} value={at} top={top} />}
        </div>
        <div className="flex h-5 items-end justify-between text-faint text-small">
          <span>2 min ago</span>
          <span>1 min</span>
          <span>now</span>
        </div>
      </div>
    </figure>
  );
}

function Plot({ points, top }: { readonly points: readonly (number | null)[]; readonly top: number }) {
  const width = points.length - 1;
  const y = (value: number): number => height - (value / top) * height;
  return (
    <svg
      aria-hidden="true"
      className="absolute inset-0 size-full overflow-visible"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
    >
      {[0, 0.5, 1].map((part) => (
        <line
          key={part}
          x1="0"
          x2={width}
          y1={height * part}
          y2={height * part}
          className="stroke-line"
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {runs(points).map(({ from, values }) => {
        const line = values.map((value, index) => `${from + index},${y(value)}`).join(' L');
        return (
          <g key={from}>
            <path
              d={`M${from},${height} L${line} L${from + values.length - 1},${height}Z`}
              className="fill-accent-tint"
            />
            <path
              d={`M${line}`}
              className="fill-none stroke-accent"
              strokeWidth="1.5"
              strokeLinejoin="round"
              vectorEffect="non-scaling-stroke"
            />
          </g>
        );
      })}
    </svg>
  );
}

interface ReadingProps {
  readonly index: number;
  readonly count: number;
  readonly value: number | null | undefined;
  readonly top: number;
}

function Reading({ index, count, value, top }: ReadingProps) {
  const left = (index / (count - 1)) * 100;
  const ago = count - 1 - index;
  return (
    <>
      <span className="absolute inset-y-0 w-px bg-line-strong" style={{ left: `${left}%` }} />
      {typeof value === 'number' && (
        <span
          className="-m-[3px] absolute size-[6px] rounded-full bg-accent"
          style={{ left: `${left}%`, bottom: `${(value / top) * 100}%` }}
        />
      )}
      <span
        className="figures absolute top-0 whitespace-nowrap rounded-small border border-line-strong bg-raised px-1.5 text-data"
        style={left > 50 ? { right: `${100 - left + 1}%` } : { left: `${left + 1}%` }}
      >
        {typeof value === 'number' ? `${formatRate(value)}/s` : 'not measured'}
        <span className="ml-2 text-muted">{ago === 0 ? 'now' : `${ago} s ago`}</span>
      </span>
    </>
  );
}

/** The stretches without a gap. */
function runs(points: readonly (number | null)[]): { from: number; values: number[] }[] {
  const all: { from: number; values: number[] }[] = [];
  for (const [index, point] of points.entries()) {
    if (point === null) continue;
    const last = all.at(-1);
    if (last !== undefined && last.from + last.values.length === index) last.values.push(point);
    else all.push({ from: index, values: [point] });
  }
  return all;
}

/** 1, 2, 3, 4, 5, 6 or 8 times a power of ten, so that the scale changes rarely. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}
