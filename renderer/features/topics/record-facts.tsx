/** Where a record is and how, beside its value. */
import type { Decoded, TopicRecord } from '#core/contract/record.ts';
import { isRecord, kindOf } from '../../lib/exact.ts';
import { formatBytes, formatCount, formatTimestamp } from '../../lib/format.ts';
import { type KeyValue, KeyValues } from '../../ui/key-values.tsx';
import { ValueText } from '../../ui/value-text.tsx';
import { formatName, formatText } from './format-name.ts';

export function RecordFacts({ record }: { readonly record: TopicRecord }) {
  const { partition, offset, timestamp, sizeBytes, key, value } = record;
  const rows: KeyValue[] = [
    { name: 'key', value: <KeyText decoded={key} /> },
    { name: 'format', value: formatText(value) },
    ...quietFailures(value),
    { name: 'timestamp', value: timestamp < 0n ? 'none' : formatTimestamp(timestamp) },
    { name: 'partition', value: formatCount(partition) },
    { name: 'offset', value: formatCount(offset) },
    { name: 'size', value: `${formatBytes(sizeBytes)}${sizeBytes > 999 ? ` (${formatCount(sizeBytes)} bytes)` : ''}` },
  ];
  return (
    <div className="max-h-[40%] shrink-0 overflow-auto border-line border-t">
      <KeyValues rows={rows} />
    </div>
  );
}

/** JSON is no failure, but why it is not what a format before it expects may be what the user looks for. */
function quietFailures({ failures, value, format }: Decoded): KeyValue[] {
  if (!isRecord(value) && format !== 'json') return [];
  return failures.map((failure) => ({
    name: `not ${formatName(failure.format)}`,
    value: <span className="text-warn">{failure.reason}</span>,
  }));
}

function KeyText({ decoded }: { readonly decoded: Decoded }) {
  return (
    <>
      <ValueText value={decoded.value} limit={1_000} />
      {kindOf(decoded.value) !== 'null' && <span className="ml-2 text-faint">{formatText(decoded)}</span>}
    </>
  );
}
