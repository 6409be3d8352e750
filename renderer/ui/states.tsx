/** What stands where data would: nothing there yet, on its way, or failed. Each says what to do next. */
import { AlertTriangle, Hourglass, LoaderCircle, type LucideIcon, RotateCw, SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ErrorData } from '#core/contract/errors.ts';
import { failureDetails, toFailure } from '../api/failure.ts';
import { classes } from '../lib/classes.ts';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  /** One sentence that teaches. */
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-2 p-8 text-center">
      <Icon size={28} strokeWidth={1.25} aria-hidden className="mb-1 text-faint" />
      <h2 className="font-semibold">{title}</h2>
      <p className="max-w-[46ch] text-muted">{children}</p>
      {action !== undefined && <div className="mt-2">{action}</div>}
    </div>
  );
}

interface NothingFoundProps {
  /** `topic` */
  readonly what: string;
  /** As it was typed. */
  readonly filter: string;
  readonly onShowAll: () => void;
}

export function NothingFound({ what, filter, onShowAll }: NothingFoundProps) {
  return (
    <EmptyState
      icon={SearchX}
      title={`No ${what}’s name contains “${filter}”`}
      action={<Button onClick={onShowAll}>Show all</Button>}
    >
      Each word of the filter must be in the name, in any order.
    </EmptyState>
  );
}

/** Grey lines in the rhythm of the rows to come, so that nothing jumps when they do. */
export function LoadingRows({ label, rows = 12 }: { readonly label: string; readonly rows?: number }) {
  return (
    <div role="status" className="px-4 py-1">
      <p className="flex h-row items-center gap-2 border-line/55 border-b text-muted">
        <LoaderCircle size={14} aria-hidden className="spinning text-accent" />
        {label}
      </p>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
        <div key={row} className="flex h-row items-center gap-6 border-line/55 border-b">
          <span className="breathing h-2 rounded-small bg-raised" style={{ width: `${16 + ((row * 37) % 12)}%` }} />
          <span className="breathing h-2 rounded-small bg-raised" style={{ width: `${24 + ((row * 53) % 30)}%` }} />
        </div>
      ))}
    </div>
  );
}

interface FailurePanelProps {
  readonly error: unknown;
  /** What was being done: `Reading the topics failed`. */
  readonly title: string;
  readonly onRetry?: () => void;
  /** Already error data, as a snapshot holds it, for something that retries by itself. */
  readonly tone?: 'bad' | 'warn' | 'accent';
}

const tones = {
  bad: 'border-bad/40 bg-bad-tint text-bad',
  warn: 'border-warn/40 bg-warn-tint text-warn',
  accent: 'border-accent-line bg-accent-tint text-accent',
} as const;

/** What failed, on what, the next step, and the details to copy. */
export function FailurePanel({ error, title, onRetry, tone = 'bad' }: FailurePanelProps) {
  const failure: ErrorData = isFailure(error) ? error : toFailure(error);
  const Icon = tone === 'accent' ? Hourglass : AlertTriangle;
  return (
    <section
      role={tone === 'bad' ? 'alert' : 'status'}
      className={classes('flex items-start gap-3 rounded-control border px-3 py-2.5', tones[tone])}
    >
      <Icon size={16} aria-hidden className="mt-0.5 shrink-0" />
      <div className="min-w-0 flex-1 text-text">
        <h2 className="font-semibold">{title}</h2>
        <p className="wrap-anywhere">
          {sentence(failure.message)}
          {failure.object !== undefined && <span className="data ml-2 text-muted">{failure.object}</span>}
        </p>
        {failure.nextStep !== undefined && <p className="wrap-anywhere text-muted">{failure.nextStep}</p>}
      </div>
      <div className="flex shrink-0 gap-2">
        {onRetry !== undefined && (
          <Button icon={RotateCw} onClick={onRetry}>
            Try again
          </Button>
        )}
        <CopyButton label="Copy details" text={() => failureDetails(failure)} withLabel />
      </div>
    </section>
  );
}

function isFailure(error: unknown): error is ErrorData {
  return typeof error === 'object' && error !== null && !(error instanceof Error) && 'code' in error;
}

/** Messages begin in lower case, as they follow a colon in a log. */
function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
