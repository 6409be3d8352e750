/** A titled part of a page, set apart by a hairline. */
import { type ReactNode, useId } from 'react';
import { classes } from '../lib/classes.ts';

interface SectionProps {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Section({ title, aside, className, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={classes('min-w-0 px-4 py-3', className)}>
      <div className="mb-2 flex min-h-[26px] items-center gap-2">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        <div className="ml-auto flex items-center gap-2 text-muted">{aside}</div>
      </div>
      {children}
    </section>
  );
}
