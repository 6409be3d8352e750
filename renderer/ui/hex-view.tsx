/** Bytes as hex editors show them: offset, bytes, the printable among them as text. Long ones are cut on screen, never in the copy. */
import { formatBytes } from '../lib/format.ts';
import { hexDump } from '../lib/hex-dump.ts';
import { TextView } from './text.tsx';

const shownBytes = 16_384;

export function HexView({ label, bytes }: { readonly label: string; readonly bytes: Uint8Array }) {
  const left = bytes.length - shownBytes;
  return (
    <TextView
      label={label}
      text={hexDump(bytes.subarray(0, shownBytes))}
      after={left > 0 && <span className="text-muted">{`\n… ${formatBytes(left)} more: Copy takes all of it`}</span>}
      whole={() => hexDump(bytes)}
    />
  );
}
