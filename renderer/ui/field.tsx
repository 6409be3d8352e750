/** A control of a form with its label above, a hint or what is wrong with it below, tied together for screen readers. */
import { Field as Base } from '@base-ui/react/field';
import type { ReactNode } from 'react';
import { classes } from '../lib/classes.ts';

export interface FieldProps {
  readonly label: string;
  /** The label is read out, not shown: where the place says what the control is. */
  readonly hidesLabel?: boolean;
  readonly hint?: ReactNode;
  /** What is wrong, shown in the hint's place. */
  readonly error?: string | undefined;
  readonly disabled?: boolean;
  readonly className?: string;
}

export function Field(props: FieldProps & { readonly children: ReactNode }) {
  const { label, hidesLabel = false, hint, error, disabled = false, className, children } = props;
  return (
    <Base.Root
      invalid={error !== undefined}
      disabled={disabled}
      className={classes('flex min-w-0 flex-col gap-1', className)}
    >
      <Base.Label className={hidesLabel ? 'sr-only' : 'w-fit text-data text-muted'}>{label}</Base.Label>
      {children}
      {error === undefined && hint !== undefined && (
        <Base.Description className="text-data text-faint">{hint}</Base.Description>
      )}
      <Base.Error match={error !== undefined} className="wrap-anywhere text-bad text-data">
        {error}
      </Base.Error>
    </Base.Root>
  );
}

/** The look of a control that holds a value, in a form or alone. */
export const controlClass = classes(
  'min-w-0 rounded-control border border-line-strong bg-surface px-2 placeholder:text-faint',
  'transition-colors duration-(--motion) hover:border-accent-line data-invalid:border-bad',
  'focus-visible:border-accent focus-visible:shadow-[0_0_0_3px_var(--accent-tint)] focus-visible:outline-none',
  'disabled:opacity-50 data-disabled:opacity-50',
);
