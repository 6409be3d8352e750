/** One of a few views or values, all in sight. */
import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import type { ReactNode } from 'react';

interface SegmentedProps<T extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly label: ReactNode; readonly name?: string }[];
  /** Undefined where none of the options is in force. */
  readonly value: T | undefined;
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
}

export function Segmented<T extends string>({ label, options, value, onChange, disabled = false }: SegmentedProps<T>) {
  return (
    <ToggleGroup
      aria-label={label}
      disabled={disabled}
      value={value === undefined ? [] : [value]}
      onValueChange={(next) => {
        const [chosen] = next;
        if (chosen !== undefined) onChange(chosen as T);
      }}
      className="inline-flex h-[26px] w-fit shrink-0 overflow-hidden rounded-control border border-line-strong data-disabled:opacity-50"
    >
      {options.map((option) => (
        <Toggle
          key={option.value}
          value={option.value}
          {...(option.name === undefined ? {} : { 'aria-label': option.name })}
          className="figures flex items-center gap-1.5 px-2.5 text-data text-muted transition-colors duration-(--motion) hover:text-text focus-visible:-outline-offset-2 data-pressed:bg-raised data-pressed:font-medium data-pressed:text-text [&+&]:border-line-strong [&+&]:border-l"
        >
          {option.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
