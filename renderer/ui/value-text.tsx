/** One decoded value on one line, coloured by its type, cut to what a cell can show. */
import type { Value } from '#core/contract/value.ts';
import { inline, kindOf, type ValueKind } from '../lib/exact.ts';
import { formatBytes, formatCount } from '../lib/format.ts';

const colors: Readonly<Record<ValueKind, string>> = {
  null: 'text-faint',
  boolean: 'text-type-boolean',
  number: 'text-type-number',
  string: 'text-type-string',
  bytes: 'text-type-bytes',
  list: 'text-muted',
  record: 'text-muted',
};

interface ValueTextProps {
  readonly value: Value;
  /** Characters shown at most. */
  readonly limit?: number;
  /** In a grid: strings in the text's own colour and without quotes, since the column says what they are. */
  readonly plain?: boolean;
}

export function ValueText({ value, limit = 200, plain = false }: ValueTextProps) {
  const kind = kindOf(value);
  const { text, left } = inline(value, limit);
  const isQuoted = kind === 'string' && !plain;
  const color = plain && kind !== 'null' && kind !== 'list' && kind !== 'record' ? 'text-text' : colors[kind];
  return (
    <span className={color}>
      {isQuoted ? JSON.stringify(text) : text}
      {left > 0 && <Left value={value} left={left} />}
    </span>
  );
}

/** How much of a value is not on screen. */
function Left({ value, left }: { readonly value: Value; readonly left: number }) {
  const kind = kindOf(value);
  if (kind === 'bytes') return <span className="text-muted">… {formatBytes(left)} more</span>;
  if (kind === 'string') {
    const text = left >= 10_000 ? formatBytes(left) : `${formatCount(left)} characters`;
    return <span className="text-muted">… {text} more</span>;
  }
  return <span className="text-muted">…</span>;
}
