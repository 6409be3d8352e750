/** The head of every page: where it is, its chips, at most three actions; below it the work area takes the rest. */
import type { ReactNode } from 'react';

interface PageFrameProps {
  readonly title: string;
  /** The list this thing is in, with its address. */
  readonly parent?: { readonly title: string; readonly href: string };
  readonly chips?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function PageFrame({ title, parent, chips, actions, children }: PageFrameProps) {
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex min-h-12 shrink-0 items-center gap-2.5 border-line border-b px-4 py-2">
        {parent !== undefined && (
          <>
            <a href={parent.href} className="rounded-small text-muted hover:text-text">
              {parent.title}
            </a>
            <span aria-hidden className="text-faint">
              /
            </span>
          </>
        )}
        <h1 className="min-w-0 shrink truncate font-semibold text-title">{title}</h1>
        <div className="flex min-w-0 shrink-[99999] items-center gap-2 overflow-hidden">{chips}</div>
        <div className="ml-auto flex shrink-0 items-center gap-2 pl-4">{actions}</div>
      </div>
      <div className="min-h-0 flex-1">{children}</div>
    </div>
  );
}
