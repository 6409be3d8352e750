/** The four steps of the walk: what each says, what ticks it, and the way to it. */
import { useMutation } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import type { ReactNode } from 'react';
import type { DeadLetter } from '#core/contract/dead-letter.ts';
import type { PipelineStatus } from '#core/contract/pipeline.ts';
import { formatCount } from '../../lib/format.ts';
import { toHref } from '../../lib/location.ts';
import { placeText } from '../../lib/place.ts';
import { startPipeline } from '../../ui/actions.ts';
import { Button } from '../../ui/button.tsx';
import { FailurePanel } from '../../ui/states.tsx';

export interface WalkStep {
  readonly title: string;
  readonly text: ReactNode;
  readonly isDone: boolean;
  readonly action?: ReactNode;
}

interface WalkFacts {
  readonly pipeline: PipelineStatus;
  readonly letter: DeadLetter | undefined;
  /** A letter of this pipeline was looked at. */
  readonly wasRead: boolean;
  /** In the sink, counted; empty while that is not known. */
  readonly rows: string;
}

export function walkSteps({ pipeline, letter, wasRead, rows }: WalkFacts): readonly WalkStep[] {
  const isSent = letter?.outcome.state === 'redriven';
  const isRow = letter?.outcome.arrival === 'written';
  const letters = (...rest: readonly string[]): string => toHref('pipelines', pipeline.name, 'dead-letters', ...rest);
  return [
    {
      title: 'Find',
      isDone: letter !== undefined,
      text: findText(pipeline, letter),
      action:
        letter === undefined ? (
          <StartButton pipeline={pipeline} />
        ) : (
          <StepLink href={recordHref(letter)}>Open the record</StepLink>
        ),
    },
    {
      title: 'Why',
      isDone: letter !== undefined && (wasRead || isSent),
      text:
        letter === undefined
          ? 'Its reason is kept with it, and the byte at which reading stopped.'
          : `${letter.message}.`,
      ...(letter === undefined ? {} : { action: <StepLink href={letters(letter.id)}>See why</StepLink> }),
    },
    {
      title: 'Fix',
      isDone: isSent && letter.outcome.isEdited,
      text: 'Its JSON is there already: written by the schema it becomes a record that can be read.',
      ...(letter === undefined || isSent
        ? {}
        : { action: <StepLink href={letters(letter.id, 'fix')}>Fix it</StepLink> }),
    },
    {
      title: 'Redrive',
      isDone: isRow,
      text: redriveText(letter, rows),
      ...(letter === undefined || !isSent
        ? {}
        : { action: <StepLink href={letters(letter.id)}>See what became of it</StepLink> }),
    },
  ];
}

function findText({ state, progress }: PipelineStatus, letter: DeadLetter | undefined): string {
  if (letter !== undefined) {
    const { topic, partition, offset } = letter.source;
    return `${topic}-${partition}@${formatCount(offset)} was set aside; all others are rows.`;
  }
  if (state === 'stopped') return 'Start the pipeline that reads the faulty topic: it sets aside what it can’t read.';
  return progress === null ? 'It starts.' : `${formatCount(progress.read)} records read.`;
}

function redriveText(letter: DeadLetter | undefined, rows: string): string {
  switch (letter?.outcome.arrival) {
    case 'written':
      return `It is a row now: ${rows} in the table.`;
    case 'waiting':
      return 'Sent to its topic again; the pipeline is about to read it.';
    case 'refused':
      return 'It was set aside again: the newest letter says why.';
    default:
      return rows === ''
        ? 'Send it to its topic again; it becomes a row, once.'
        : `Send it to its topic again. ${rows} so far.`;
  }
}

function recordHref({ source }: DeadLetter): string {
  return toHref('topics', source.topic, placeText(source));
}

function StepLink({ href, children }: { readonly href: string; readonly children: string }) {
  return (
    <a href={href} className="rounded-small text-accent underline-offset-2 hover:underline">
      {children}
    </a>
  );
}

function StartButton({ pipeline: { name, state } }: { readonly pipeline: PipelineStatus }) {
  const start = useMutation({ mutationFn: startPipeline });
  if (state !== 'stopped' && state !== 'failed') return null;
  return (
    <div className="flex flex-col gap-2">
      <Button icon={Play} aria-disabled={start.isPending} onClick={() => !start.isPending && start.mutate(name)}>
        Start {name}
      </Button>
      {start.error !== null && <FailurePanel error={start.error} title="It did not start" />}
    </div>
  );
}
