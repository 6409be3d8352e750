/**
 * The walk through the faulty sample, in four steps: find the record that did not become a row, see why, fix it, redrive it. A step is
 * ticked by what really happened, not by a click on its button.
 */
import { useQuery } from '@tanstack/react-query';
import { Check, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { PipelineStatus } from '#core/contract/pipeline.ts';
import { queries } from '../../api/client.ts';
import { classes } from '../../lib/classes.ts';
import { dismissWalk, useWalk } from '../../lib/walk.ts';
import { IconButton } from '../../ui/button.tsx';
import { rowsText } from '../../ui/sink-rows.ts';
import { type WalkStep, walkSteps } from './walk-steps.tsx';

const askedEachMs = 1_500;

export function Walk({ pipeline }: { readonly pipeline: PipelineStatus }) {
  const { isDismissed, wasRead } = useWalk();
  const { name, progress } = pipeline;
  const isAsking = !isDismissed;
  const { data } = useQuery(
    queries.deadLetters.list.queryOptions({
      input: { pipeline: name, limit: 20 },
      enabled: isAsking,
      refetchInterval: (query) => (isDone(query.state.data?.letters) ? false : askedEachMs),
    }),
  );
  const letter = data?.letters.find(({ outcome }) => outcome.state === 'open') ?? data?.letters[0];
  const sinks = useQuery(
    queries.pipelines.sinks.queryOptions({
      input: { name },
      enabled: isAsking && (progress !== null || letter !== undefined),
      retry: false,
      refetchInterval: pipeline.state === 'running' ? askedEachMs : false,
    }),
  );
  if (isDismissed) return null;
  const steps = walkSteps({ pipeline, letter, wasRead, rows: rowsText(sinks.data?.[0]) });
  const now = steps.findIndex(({ isDone: isTicked }) => !isTicked);
  return (
    <section aria-labelledby="walk" className="shrink-0 border-line border-b">
      <div className="flex min-h-10 items-center gap-2.5 px-4">
        <h2 id="walk" className="font-semibold">
          {now < 0 ? 'Found, understood, fixed, redriven' : 'One record of the faulty sample does not become a row'}
        </h2>
        <span className="text-muted">{now < 0 ? 'That is all there is to it.' : 'Follow it: about three minutes'}</span>
        <span className="ml-auto">
          <IconButton icon={X} label="Hide this walk: the palette brings it back" onClick={() => dismissWalk(true)} />
        </span>
      </div>
      <ol className="grid grid-cols-1 divide-line border-line border-t @3xl:grid-cols-4 @3xl:divide-x">
        {steps.map((step, index) => (
          <Step key={step.title} step={step} number={index + 1} isNow={index === now} />
        ))}
      </ol>
    </section>
  );
}

interface StepProps {
  readonly step: WalkStep;
  readonly number: number;
  readonly isNow: boolean;
}

function Step({ step: { title, text, isDone: isTicked, action }, number, isNow }: StepProps) {
  return (
    <li
      aria-current={isNow ? 'step' : undefined}
      className={classes('flex min-w-0 flex-col gap-1 px-4 py-2.5', isNow && 'bg-accent-tint')}
    >
      <div className="flex items-center gap-2">
        <Mark isTicked={isTicked} number={number} isNow={isNow} />
        <h3 className={classes('font-medium', !isNow && !isTicked && 'text-muted')}>{title}</h3>
      </div>
      <div className="wrap-anywhere pl-7 text-muted">{text}</div>
      {action !== undefined && (isNow || isTicked) && <div className="pt-1 pl-7">{action}</div>}
    </li>
  );
}

function Mark({
  isTicked,
  number,
  isNow,
}: {
  readonly isTicked: boolean;
  readonly number: number;
  readonly isNow: boolean;
}): ReactNode {
  if (isTicked) {
    return (
      <span className="inline-flex size-5 shrink-0 items-center justify-center rounded-full bg-ok-tint text-ok">
        <Check size={13} aria-label="Done" />
      </span>
    );
  }
  return (
    <span
      aria-hidden
      className={classes(
        'figures inline-flex size-5 shrink-0 items-center justify-center rounded-full border text-data',
        isNow ? 'border-accent text-accent' : 'border-line-strong text-faint',
      )}
    >
      {number}
    </span>
  );
}

function isDone(letters: readonly { readonly outcome: { readonly arrival: string | null } }[] | undefined): boolean {
  return letters?.some(({ outcome }) => outcome.arrival === 'written') === true;
}
