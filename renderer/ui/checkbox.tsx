/** A choice of a form. For what is in force at once, see switch.tsx. */
import { Checkbox as Base } from '@base-ui/react/checkbox';
import { Check, Minus } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { ControlText } from './switch.tsx';

interface CheckboxProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  /** Some of what it stands for, not all. */
  readonly isPartial?: boolean;
  readonly disabled?: boolean;
}

export function Checkbox({ label, hint, checked, onChange, isPartial = false, disabled = false }: CheckboxProps) {
  const id = useId();
  const Icon = isPartial ? Minus : Check;
  return (
    <div className="flex items-start gap-2">
      <Base.Root
        aria-labelledby={id}
        {...(hint === undefined ? {} : { 'aria-describedby': `${id}hint` })}
        checked={checked}
        indeterminate={isPartial}
        onCheckedChange={onChange}
        disabled={disabled}
        className="mt-0.5 inline-flex size-4 shrink-0 items-center justify-center rounded-small border border-line-strong bg-surface transition-colors duration-(--motion) hover:border-accent-line data-checked:border-transparent data-indeterminate:border-transparent data-checked:bg-accent data-indeterminate:bg-accent data-disabled:opacity-50"
      >
        <Base.Indicator className="text-on-accent">
          <Icon size={12} strokeWidth={3} aria-hidden />
        </Base.Indicator>
      </Base.Root>
      <ControlText id={id} label={label} hint={hint} onClick={() => !disabled && onChange(!checked)} />
    </div>
  );
}
