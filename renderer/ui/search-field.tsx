/** Filters what a page shows; `/` focuses it (see `focusSearch` in lib/search-focus.ts), Esc empties it, then leaves. */
import { Search, X } from 'lucide-react';
import { useRef } from 'react';
import { searchAttribute } from '../lib/search-focus.ts';

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function SearchField({ label, value, onChange }: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="flex h-[26px] w-60 items-center gap-2 rounded-control border border-line-strong bg-surface px-2 focus-within:border-accent focus-within:shadow-[0_0_0_3px_var(--accent-tint)]">
      <Search size={14} aria-hidden className="shrink-0 text-faint" />
      <input
        ref={input}
        type="text"
        aria-label={label}
        placeholder={label}
        value={value}
        spellCheck={false}
        autoComplete="off"
        {...{ [searchAttribute]: '' }}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          if (value === '') input.current?.blur();
          else onChange('');
        }}
        className="min-w-0 flex-1 bg-transparent placeholder:text-faint focus-visible:outline-none"
      />
      {value === '' ? (
        <kbd aria-hidden className="font-mono text-faint text-small">
          /
        </kbd>
      ) : (
        <button
          type="button"
          aria-label="Empty the filter"
          className="text-faint hover:text-text"
          onClick={() => onChange('')}
        >
          <X size={14} aria-hidden />
        </button>
      )}
    </div>
  );
}
