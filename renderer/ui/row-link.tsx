/** A link in a row: a click follows it instead of choosing the row, and Tab passes by, since the grid is one stop. */
import type { ReactNode } from 'react';
import { classes } from '../lib/classes.ts';

interface RowLinkProps {
  readonly href: string;
  readonly title?: string;
  readonly className?: string;
  readonly children: ReactNode;
}

export function RowLink({ href, title, className, children }: RowLinkProps) {
  return (
    <a
      href={href}
      title={title}
      tabIndex={-1}
      onClick={(event) => event.stopPropagation()}
      className={classes('rounded-small hover:underline', className)}
    >
      {children}
    </a>
  );
}
