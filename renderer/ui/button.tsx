/** A verb to click. At most one `primary` on a page. */
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classes } from '../lib/classes.ts';
import { Tooltip } from './tooltip.tsx';

const looks = {
  plain: 'border-line-strong bg-surface text-text hover:bg-raised',
  primary: 'border-transparent bg-accent font-medium text-on-accent hover:bg-accent-hover',
  quiet: 'border-transparent text-muted hover:bg-raised hover:text-text',
  /** Destroys something; its words name the thing. */
  danger: 'border-bad/60 bg-bad-tint font-medium text-bad hover:border-bad',
} as const;

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: keyof typeof looks;
  readonly icon?: LucideIcon;
}

export function Button({ look = 'plain', icon: Icon, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={classes(
        'inline-flex h-[26px] shrink-0 items-center gap-1.5 whitespace-nowrap rounded-control border px-2.5 transition-colors duration-(--motion)',
        'disabled:opacity-50 aria-disabled:opacity-50',
        looks[look],
        className,
      )}
      {...rest}
    >
      {Icon !== undefined && <Icon size={14} aria-hidden />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  readonly icon: LucideIcon;
  /** What it does, for the tooltip and for screen readers. */
  readonly label: string;
  readonly keys?: readonly string[];
}

export function IconButton({ icon: Icon, label, keys, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} {...(keys === undefined ? {} : { keys })}>
      <button
        type="button"
        aria-label={label}
        className={classes(
          'inline-flex size-[26px] shrink-0 items-center justify-center rounded-control text-muted transition-colors duration-(--motion) hover:bg-raised hover:text-text',
          className,
        )}
        {...rest}
      >
        <Icon size={15} aria-hidden />
      </button>
    </Tooltip>
  );
}
