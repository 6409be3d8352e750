/** One number that matters, with what it counts above and what to know about it below. */
import type { ReactNode } from 'react';
import { classes } from '../lib/classes.ts';

interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly unit?: string;
  readonly note?: ReactNode;
  readonly tone?: 'bad' | 'warn';
}

export function Figure({ label, value, unit, note, tone }: FigureProps) {
  const color = tone === 'bad' ? 'text-bad' : tone === 'warn' ? 'text-warn' : undefined;
  return (
    <div className="min-w-0 px-4 py-2.5">
      <div className="truncate text-data text-muted">{label}</div>
      <div className={classes('figures truncate font-medium text-figure', color)}>
        {value}
        {unit !== undefined && <span className="ml-1 font-normal text-body text-muted">{unit}</span>}
      </div>
      <div className="figures truncate text-data text-faint">{note ?? '\u00a0'}</div>
    </div>
  );
}

/** Figures side by side, as wide as each other, parted by hairlines; in more than one line where they would be cut. */
export function Figures({ children }: { readonly children: ReactNode }) {
  return (
    <div className="overflow-hidden border-line border-b">
      {/* The first line and the first column have no hairline: it lies outside. */}
      <div className="-mt-px -ml-px grid grid-cols-[repeat(auto-fit,minmax(136px,1fr))] *:border-line *:border-t *:border-l">
        {children}
      </div>
    </div>
  );
}
