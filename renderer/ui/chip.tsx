/** A short fact beside a title; with a tone, a state. The dot repeats the tone as a shape: filled, hollow or barred. */
import type { ReactNode } from 'react';
import { classes } from '../lib/classes.ts';

export type Tone = 'plain' | 'accent' | 'ok' | 'warn' | 'bad' | 'faint';

const looks: Readonly<Record<Tone, string>> = {
  plain: 'border-line-strong text-muted',
  accent: 'border-accent-line text-accent',
  ok: 'border-ok/45 bg-ok-tint text-ok',
  warn: 'border-warn/45 bg-warn-tint text-warn',
  bad: 'border-bad/45 bg-bad-tint text-bad',
  faint: 'border-line-strong text-faint',
};

export function Chip({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span
      className={classes(
        'inline-flex h-[22px] shrink-0 items-center gap-1.5 whitespace-nowrap rounded-full border px-2 text-data',
        looks[tone],
      )}
    >
      {children}
    </span>
  );
}

const dots: Readonly<Record<Tone, string>> = {
  plain: 'border-[1.5px] border-current',
  accent: 'border-[1.5px] border-current breathing',
  ok: 'bg-current',
  warn: 'rounded-none! rotate-45 bg-current',
  bad: 'rounded-none! bg-current',
  faint: 'border-[1.5px] border-current',
};

export function Dot({ tone }: { readonly tone: Tone }) {
  return <span aria-hidden className={classes('inline-block size-[7px] shrink-0 rounded-full', dots[tone])} />;
}
