/** Plain text of a file or a record, in the mono face, with a copy of the whole. */
import type { ReactNode } from 'react';
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
    <div className="relative h-full">
      <div className="absolute top-1 right-3 z-10 rounded-control bg-surface">
        <CopyButton label="Copy" text={whole} />
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a labelled region, not a group of form fields */}
      <pre
        role="region"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="data wrap-anywhere h-full overflow-auto whitespace-pre-wrap py-2 pr-11 pl-3.5 focus-visible:-outline-offset-2"
      >
        {text}
        {after}
      </pre>
    </div>
  );
}
