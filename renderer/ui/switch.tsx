/** On or off, at once in force. For a choice that a form submits later, see checkbox.tsx. */
import { Switch as Base } from '@base-ui/react/switch';
import { type ReactNode, useId } from 'react';

interface SwitchProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
}

export function Switch({ label, hint, checked, onChange, disabled = false }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5">
      <Base.Root
        aria-labelledby={id}
        {...(hint === undefined ? {} : { 'aria-describedby': `${id}hint` })}
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        className="mt-0.5 flex h-4 w-7 shrink-0 items-center rounded-full border border-line-strong bg-raised px-px transition-colors duration-(--motion) data-checked:border-transparent data-checked:bg-accent data-disabled:opacity-50"
      >
        <Base.Thumb className="size-3 rounded-full bg-muted transition-transform duration-(--motion) data-checked:translate-x-3 data-checked:bg-on-accent" />
      </Base.Root>
      <ControlText id={id} label={label} hint={hint} onClick={() => !disabled && onChange(!checked)} />
    </div>
  );
}

interface ControlTextProps {
  readonly id: string;
  readonly label: string;
  readonly hint: ReactNode;
  readonly onClick: () => void;
}

/** The words beside a switch or a checkbox: a larger place to click, nothing the keyboard needs. */
export function ControlText({ id, label, hint, onClick }: ControlTextProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the control beside it takes the keys
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div className="min-w-0" onClick={onClick}>
      <span id={id}>{label}</span>
      {hint !== undefined && (
        <span id={`${id}hint`} className="block text-data text-faint">
          {hint}
        </span>
      )}
    </div>
  );
}
