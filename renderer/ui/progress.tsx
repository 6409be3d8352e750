/** How far something is: a hairline that fills; while nobody can say, one that breathes. */
import { classes } from '../lib/classes.ts';

interface ProgressProps {
  readonly label: string;
  /** 0 to 1; null while unknown. */
  readonly done: number | null;
  readonly className?: string;
}

export function Progress({ label, done, className }: ProgressProps) {
  const percent = done === null ? undefined : Math.round(Math.min(1, Math.max(0, done)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === undefined ? {} : { 'aria-valuenow': percent })}
      className={classes('h-[3px] overflow-hidden rounded-full bg-line-strong', className)}
    >
      <div
        className={classes('h-full rounded-full bg-accent', percent === undefined && 'breathing')}
        style={{ width: `${percent ?? 100}%` }}
      />
    </div>
  );
}
