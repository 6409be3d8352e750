/** The course of a number in the height of a row: no scale, no axis; the text beside it says the number. */
import { memo } from 'react';

interface SparklineProps {
  readonly label: string;
  /** Oldest first; null where nothing was measured. */
  readonly points: readonly (number | null)[];
  readonly className?: string;
}

const height = 20;

/** Drawn when its points change, not with each snapshot around it. */
export const Sparkline = memo(function Sparkline({ label, points, className = 'h-5 w-28' }: SparklineProps) {
  const width = Math.max(1, points.length - 1);
  const top = Math.max(...points.map((point) => point ?? 0));
  // One point more than the line is wide stays inside the box.
  const y = (value: number): number => (top === 0 ? height - 1 : height - 1 - (value / top) * (height - 2));
  return (
    <svg
      role="img"
      aria-label={label}
      className={className}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
    >
      {stretches(points).map(({ from, values }) => {
        const line = values.map((value, index) => `${from + index},${y(value).toFixed(2)}`).join(' L');
        return (
          <g key={from}>
            <path
              d={`M${from},${height} L${line} L${from + values.length - 1},${height}Z`}
              className="fill-accent-tint"
            />
            <path
              d={`M${line}`}
              className="fill-none stroke-accent"
              strokeWidth="1.25"
              strokeLinejoin="round"
              vectorEffect="non-scaling-stroke"
            />
          </g>
        );
      })}
    </svg>
  );
});

/** What was measured without a gap. */
function stretches(points: readonly (number | null)[]): { from: number; values: number[] }[] {
  const all: { from: number; values: number[] }[] = [];
  for (const [index, point] of points.entries()) {
    if (point === null) continue;
    const last = all.at(-1);
    if (last !== undefined && last.from + last.values.length === index) last.values.push(point);
    else all.push({ from: index, values: [point] });
  }
  return all;
}
