/** A decoded value as a tree: names, typed values, what is nested folds. Long lists and strings are shown in portions. */
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { Value } from '#core/contract/value.ts';
import { kindOf, toJson } from '../lib/exact.ts';
import { formatCount, plural } from '../lib/format.ts';
import { CopyButton } from './copy-button.tsx';
import { ValueText } from './value-text.tsx';

const portion = 100;
const shownCharacters = 2_000;
const openDepth = 2;

/** What a leaf stands for, by its path (`legs.[].at`), beside the value as it is. */
type MeaningOf = (path: string, value: Value) => string | undefined;

interface ValueTreeProps {
  readonly value: Value;
  readonly meaningOf?: MeaningOf;
}

export function ValueTree({ value, meaningOf = () => undefined }: ValueTreeProps) {
  const isNested = kindOf(value) === 'record' || kindOf(value) === 'list';
  return (
    <div className="data py-2">
      {isNested ? (
        <Children value={value} depth={0} path="" meaningOf={meaningOf} />
      ) : (
        <Leaf value={value} indent={18} isWhole meaning={meaningOf('', value)} />
      )}
    </div>
  );
}

interface ChildrenProps {
  readonly value: Value;
  readonly depth: number;
  readonly path: string;
  readonly meaningOf: MeaningOf;
}

function Children({ value, depth, path, meaningOf }: ChildrenProps) {
  const [shown, setShown] = useState(portion);
  const count = entryCount(value);
  if (count === 0) return <p className="px-3.5 text-faint">{Array.isArray(value) ? 'empty list' : 'no fields'}</p>;
  return (
    <ul>
      {entries(value, shown).map(([name, item]) => (
        <Entry
          key={name}
          name={name}
          value={item}
          depth={depth}
          path={below(path, Array.isArray(value) ? '[]' : name)}
          meaningOf={meaningOf}
        />
      ))}
      {count > shown && (
        <li style={{ paddingLeft: indentOf(depth) }}>
          <button
            type="button"
            className="rounded-small text-accent hover:underline"
            onClick={() => setShown(shown + 10 * portion)}
          >
            … {formatCount(count - shown)} more: show {formatCount(Math.min(count - shown, 10 * portion))}
          </button>
        </li>
      )}
    </ul>
  );
}

interface EntryProps extends ChildrenProps {
  readonly name: string;
}

function Entry({ name, value, depth, path, meaningOf }: EntryProps) {
  const kind = kindOf(value);
  const [isOpen, setIsOpen] = useState(depth < openDepth);
  if ((kind !== 'record' && kind !== 'list') || entryCount(value) === 0) {
    return (
      <li className="grid grid-cols-[minmax(96px,132px)_1fr] gap-2 pr-3.5" style={{ paddingLeft: indentOf(depth) }}>
        <span className="truncate text-faint" title={name}>
          {name}
        </span>
        <Leaf value={value} indent={0} meaning={meaningOf(path, value)} />
      </li>
    );
  }
  const Icon = isOpen ? ChevronDown : ChevronRight;
  return (
    <li>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
        className="flex w-full items-center gap-1 text-left text-faint hover:text-text focus-visible:-outline-offset-2"
        style={{ paddingLeft: indentOf(depth) - 14 }}
      >
        <Icon size={13} aria-hidden />
        {name}
        <span className="ml-1">
          {kind === 'list' ? `[${entryCount(value)}]` : `{${plural(entryCount(value), 'field')}}`}
        </span>
      </button>
      {isOpen && <Children value={value} depth={depth + 1} path={path} meaningOf={meaningOf} />}
    </li>
  );
}

interface LeafProps {
  readonly value: Value;
  readonly indent: number;
  /** The record's whole value, not one of its fields: text stands as it is, without quotes. */
  readonly isWhole?: boolean;
  readonly meaning: string | undefined;
}

function Leaf({ value, indent, isWhole = false, meaning }: LeafProps) {
  const isLong = (typeof value === 'string' || value instanceof Uint8Array) && value.length > shownCharacters / 2;
  return (
    <span className="wrap-anywhere min-w-0 whitespace-pre-wrap" style={{ paddingInline: indent }}>
      <ValueText value={value} limit={shownCharacters} plain={isWhole} />
      {meaning !== undefined && <span className="inline-block pl-2 text-muted">{meaning}</span>}
      {isLong && (
        <span className="ml-1 inline-block align-middle">
          <CopyButton label="Copy the whole value" text={() => wholeText(value)} />
        </span>
      )}
    </span>
  );
}

function wholeText(value: Value): string {
  return typeof value === 'string' ? value : toJson(value).text.replaceAll('"', '');
}

function entryCount(value: Value): number {
  if (Array.isArray(value)) return value.length;
  return kindOf(value) === 'record' ? Object.keys(value as object).length : 0;
}

function entries(value: Value, limit: number): readonly (readonly [string, Value])[] {
  if (Array.isArray(value)) return value.slice(0, limit).map((item: Value, index) => [String(index), item] as const);
  return Object.entries(value as { readonly [name: string]: Value }).slice(0, limit);
}

const below = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

const indentOf = (depth: number): number => 18 + depth * 14;
