/** The bytes of a dead letter's value as hex editors show them, the byte at which decoding fails marked. */
import type { LetterDetail } from '#core/contract/dead-letter.ts';
import { formatBytes } from '../../lib/format.ts';
import { hexDump } from '../../lib/hex-dump.ts';
import { TextView } from '../../ui/text.tsx';

const perLine = 8;
const shownBytes = 16_384;
/** Of a line: the offset and the two blanks after it, then three characters a byte. */
const offsetCharacters = 8;

export function FaultyBytes({ letter: { valueBytes, fault } }: { readonly letter: LetterDetail }) {
  if (valueBytes === null) return <p className="px-3.5 py-2 text-muted">A tombstone has no bytes.</p>;
  const bytes = valueBytes.bytes.subarray(0, shownBytes);
  const left = valueBytes.sizeBytes - bytes.length;
  const text = hexDump(bytes);
  const after = left > 0 && <span className="text-muted">{`\n… ${formatBytes(left)} more`}</span>;
  const whole = (): string => hexDump(valueBytes.bytes);
  if (fault === null || fault.position >= bytes.length) {
    return <TextView label="Value in hex" text={text} after={after} whole={whole} />;
  }
  const at = placeIn(text, fault.position);
  return (
    <TextView
      label="Value in hex"
      text={text.slice(0, at)}
      after={
        <>
          <mark title={fault.reason} className="rounded-small bg-bad-tint text-bad outline outline-1 outline-bad">
            {text.slice(at, at + 2)}
          </mark>
          {text.slice(at + 2)}
          {after}
        </>
      }
      whole={whole}
    />
  );
}

/** The character of the dump at which this byte's digits begin. */
function placeIn(text: string, position: number): number {
  let line = 0;
  for (let count = Math.floor(position / perLine); count > 0; count--) line = text.indexOf('\n', line) + 1;
  return line + offsetCharacters + (position % perLine) * 3;
}
