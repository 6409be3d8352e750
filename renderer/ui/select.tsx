/** One of several values, in a list that opens. Typing the first letters chooses. Where all fit in sight, see segmented.tsx. */
import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import { classes } from '../lib/classes.ts';
import { controlClass, Field, type FieldProps } from './field.tsx';

export interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
  /** What to know before choosing it. */
  readonly note?: string;
  readonly disabled?: boolean;
}

interface SelectProps<T extends string> extends FieldProps {
  readonly options: readonly Option<T>[];
  /** Undefined: nothing is chosen yet. */
  readonly value: T | undefined;
  readonly onChange: (value: T) => void;
  readonly placeholder?: string;
}

export function Select<T extends string>(props: SelectProps<T>) {
  const { options, value, onChange, placeholder = 'Choose' } = props;
  return (
    <Field {...props}>
      <Base.Root
        items={options}
        value={value ?? null}
        onValueChange={(next) => next !== null && onChange(next as T)}
        modal={false}
      >
        <Base.Trigger
          aria-label={props.label}
          className={classes(controlClass, 'flex h-[26px] items-center justify-between gap-2 text-left')}
        >
          <Base.Value placeholder={<span className="text-faint">{placeholder}</span>} className="truncate" />
          <Base.Icon className="shrink-0 text-faint">
            <ChevronsUpDown size={13} aria-hidden />
          </Base.Icon>
        </Base.Trigger>
        <Base.Portal>
          <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
            <Base.Popup className={popupClass}>
              <Base.List className="max-h-[min(320px,var(--available-height))] overflow-y-auto p-1">
                {options.map((option) => (
                  <OptionItem key={option.value} option={option} />
                ))}
              </Base.List>
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.Root>
    </Field>
  );
}

function OptionItem({ option: { value, label, note, disabled = false } }: { readonly option: Option<string> }) {
  return (
    <Base.Item
      value={value}
      label={label}
      disabled={disabled}
      className="flex min-h-7 items-center gap-2 rounded-small px-2 py-0.5 outline-none data-disabled:opacity-50 data-highlighted:bg-accent-tint"
    >
      <Base.ItemText className="min-w-0 flex-1 truncate">{label}</Base.ItemText>
      {note !== undefined && <span className="text-data text-muted">{note}</span>}
      <span aria-hidden className="w-3.5 shrink-0 text-accent">
        <Base.ItemIndicator>
          <Check size={14} />
        </Base.ItemIndicator>
      </span>
    </Base.Item>
  );
}

const popupClass =
  'min-w-(--anchor-width) max-w-[min(480px,var(--available-width))] rounded-control border border-line-strong bg-surface shadow-float focus-visible:outline-none';
