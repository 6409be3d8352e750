/** The body of a page that lists things: what went wrong above the list, what is waited for in its place. */
import type { ReactNode } from 'react';
import { FailurePanel } from './states.tsx';

interface ListBodyProps {
  /** Null or undefined while all is well. */
  readonly error: unknown;
  /** `Reading the topics failed`. */
  readonly title: string;
  readonly onRetry: () => void;
  /** In the list's place before it was read. */
  readonly waiting: ReactNode;
  /** Between the error and the list. */
  readonly above?: ReactNode;
  /** The list; undefined before it was read. */
  readonly children: ReactNode | undefined;
}

export function ListBody({ error, title, onRetry, waiting, above, children }: ListBodyProps) {
  const hasFailed = error !== null && error !== undefined;
  return (
    <div className="flex h-full flex-col">
      {hasFailed && (
        <div className="shrink-0 px-4 py-3">
          <FailurePanel error={error} title={title} onRetry={onRetry} />
        </div>
      )}
      {above}
      <div className="min-h-0 flex-1">{children ?? (hasFailed ? null : waiting)}</div>
    </div>
  );
}
