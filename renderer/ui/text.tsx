/** Plain text of a file or a record, in the mono face, with a copy of the whole. */
import type { ReactNode } from 'react';
import { classes } from '../lib/classes.ts';
import { CopyButton } from './copy-button.tsx';

interface TextViewProps {
  readonly label: string;
  readonly text: string;
  /** What follows the text: how much of it is left out. */
  readonly after?: ReactNode;
  /** All of it, where `text` is cut. */
  readonly whole?: () => string;
}

export function TextView({ label, text, after, whole = () => text }: TextViewProps) {
  return (
    <CopiedText label={label} copyLabel="Copy" whole={whole} className="wrap-anywhere whitespace-pre-wrap pl-3.5">
      {text}
      {after}
    </CopiedText>
  );
}

interface CopiedTextProps {
  readonly label: string;
  readonly copyLabel: string;
  readonly whole: () => string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** What scrolls below the button that copies it. */
export function CopiedText({ label, copyLabel, whole, className, children }: CopiedTextProps) {
  return (
    <div className="relative h-full min-h-0">
      <div className="absolute top-1 right-3 z-10 rounded-control bg-surface">
        <CopyButton label={copyLabel} text={whole} />
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a labelled region, not a group of form fields */}
      <pre
        role="region"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className={classes('data h-full overflow-auto py-2 pr-11 focus-visible:-outline-offset-2', className)}
      >
        {children}
      </pre>
    </div>
  );
}
